package com.tracemem.delivery.webhook;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How many signed answers one integration may send to this node: a bucket that holds a second's worth. What is not
 * signed takes nothing from it.
 */
final class CallbackRate {
    static final int DEFAULT_PER_SECOND = 20_000;
    private static final int MOST_BUCKETS = 20_000;
    /** A bucket is full again after a second, so one that was idle for longer is as good as a new one. */
    private static final Duration IDLE = Duration.ofSeconds(10);

    private final LoadingCache<String, Bucket> buckets;

    CallbackRate(int perSecond) {
        this.buckets = Caffeine.newBuilder()
                .maximumSize(MOST_BUCKETS)
                .expireAfterAccess(IDLE)
                .build(integration -> Bucket.builder()
                        .addLimit(limit -> limit.capacity(perSecond).refillGreedy(perSecond, Duration.ofSeconds(1)))
                        .withCustomTimePrecision(TimeMeter.SYSTEM_NANOTIME)
                        .build());
    }

    /** Gives 0 when the answer may pass, else the seconds, rounded up, after which one may. */
    int secondsToWait(String integrationId) {
        Bucket bucket = buckets.get(integrationId);
        if (bucket.tryConsume(1)) {
            return 0;
        }
        long nanos = bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill();
        return (int) Math.max(1, Math.ceilDiv(nanos, TimeUnit.SECONDS.toNanos(1)));
    }
}
