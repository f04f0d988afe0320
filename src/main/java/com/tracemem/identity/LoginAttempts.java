package com.tracemem.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * How often one may still try to log in: ten failures for an e-mail address, then one a minute; fifty for a
 * client's address, then ten a minute. An IPv6 client counts as its /64 network, which one host owns.
 */
final class LoginAttempts {
    private static final int PER_EMAIL = 10;
    private static final int PER_EMAIL_A_MINUTE = 1;
    private static final int PER_ADDRESS = 50;
    private static final int PER_ADDRESS_A_MINUTE = 10;
    private static final int MOST_REMEMBERED = 50_000;

    private final TimeMeter time;
    private final Cache<String, Bucket> emails = remembered();
    private final Cache<String, Bucket> addresses = remembered();

    LoginAttempts(Clock clock) {
        this.time = new WallClock(clock);
    }

    /** A try that has begun; it counts as a failure unless it is given back. */
    record Attempt(Bucket email, Bucket address) {
        void giveBack() {
            email.addTokens(1);
            address.addTokens(1);
        }
    }

    sealed interface Answer {
        record Go(Attempt attempt) implements Answer {}

        record Wait(Duration atLeast) implements Answer {}
    }

    Answer begin(String email, String clientAddress) {
        Bucket address = addresses.get(network(clientAddress), key -> bucket(PER_ADDRESS, PER_ADDRESS_A_MINUTE));
        Optional<Duration> wait = take(address);
        if (wait.isPresent()) {
            // before the e-mail's tries are touched: a client that has used up its own takes none of others'
            return new Answer.Wait(wait.get());
        }
        Bucket ofEmail = emails.get(email.toLowerCase(Locale.ROOT), key -> bucket(PER_EMAIL, PER_EMAIL_A_MINUTE));
        wait = take(ofEmail);
        return wait.<Answer>map(Answer.Wait::new).orElseGet(() -> new Answer.Go(new Attempt(ofEmail, address)));
    }

    private static Optional<Duration> take(Bucket bucket) {
        ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
        return probe.isConsumed()
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(probe.getNanosToWaitForRefill()).plusSeconds(1));
    }

    private Bucket bucket(int capacity, int refillAMinute) {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(capacity).refillGreedy(refillAMinute, Duration.ofMinutes(1)))
                .withCustomTimePrecision(time)
                .build();
    }

    private static Cache<String, Bucket> remembered() {
        return Caffeine.newBuilder()
                .maximumSize(MOST_REMEMBERED)
                .expireAfterAccess(Duration.ofHours(1))
                .build();
    }

    /** The network of a literal address; anything else stands for itself. */
    static String network(String clientAddress) {
        try {
            InetAddress address = InetAddress.ofLiteral(clientAddress);
            return address instanceof Inet6Address
                    ? HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), 8))
                    : address.getHostAddress();
        } catch (IllegalArgumentException notLiteral) {
            return clientAddress;
        }
    }

    private record WallClock(Clock clock) implements TimeMeter {
        @Override
        public long currentTimeNanos() {
            return clock.millis() * 1_000_000L;
        }

        @Override
        public boolean isWallClockBased() {
            return true;
        }
    }
}
