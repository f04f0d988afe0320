package com.tracemem.identity;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;

/**
 * Passwords as Argon2id hashes (16 MiB, two passes, one lane). As many are computed at once as there are
 * processors, so that a flood of logins costs time and never the server's memory.
 */
final class Passwords {
    static final int SHORTEST = 12;
    static final int LONGEST = 1024;

    /** No password is known to give this; comparing with it is the same work as with a user's hash. */
    private static final String NOBODYS_HASH =
            "$argon2id$v=19$m=16384,t=2,p=1$Y0ea1poJCyWCd+yPum+ZQQ" + "$0EuY9I6Pi8wVxq5awFCAHNbc/UKPtfnmXE4W54BzQPo";

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Argon2PasswordEncoder argon2 = new Argon2PasswordEncoder(16, 32, 1, 1 << 14, 2);
    private final Semaphore atOnce = new Semaphore(Runtime.getRuntime().availableProcessors(), true);

    /** All processors were busy with other passwords for {@link #PATIENCE}. */
    static final class Busy extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Busy() {
            super("The server is busy checking other passwords. Try again in a few seconds.");
        }
    }

    static void check(String field, String password, FieldErrors errors) {
        int length = password.codePointCount(0, password.length());
        errors.addIf(
                length < SHORTEST || password.length() > LONGEST,
                field,
                "has %d characters; give %d to %d".formatted(length, SHORTEST, LONGEST));
    }

    String hash(String password) {
        return bounded(() -> Optional.ofNullable(argon2.encode(password)))
                .orElseThrow(() -> new IllegalStateException("Argon2id gave no hash"));
    }

    /** Whether the password is the one behind the hash; takes as long without a hash, and then is false. */
    boolean matches(String password, @Nullable String hash) {
        boolean matches = bounded(() -> argon2.matches(password, hash == null ? NOBODYS_HASH : hash));
        return matches && hash != null;
    }

    /** Takes as long as {@link #matches}, for an e-mail address that nobody has. */
    void matchNobody(String password) {
        boolean ignored = matches(password, null);
    }

    private interface Work<T> {
        T run();
    }

    private <T> T bounded(Work<T> work) {
        try {
            if (!atOnce.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new Busy();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Busy();
        }
        try {
            return work.run();
        } finally {
            atOnce.release();
        }
    }
}
