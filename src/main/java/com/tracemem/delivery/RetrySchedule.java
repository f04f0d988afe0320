package com.tracemem.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * When a failed delivery is tried again.
 *
 * @param steps the waits after the first, second, … attempt; the last one goes on
 * @param jitter by which part a wait is shortened or lengthened at random, so that retries do not come in waves
 */
public record RetrySchedule(List<Duration> steps, double jitter) {
    /** 5 s, 30 s, 2 min, 10 min, 30 min, 1 h, 2 h, 2 h …, each ±20 %. */
    public static final RetrySchedule STANDARD = new RetrySchedule(
            List.of(
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(2),
                    Duration.ofMinutes(10),
                    Duration.ofMinutes(30),
                    Duration.ofHours(1),
                    Duration.ofHours(2)),
            0.2);

    public RetrySchedule {
        steps = List.copyOf(steps);
        if (steps.isEmpty() || jitter < 0 || jitter >= 1) {
            throw new IllegalArgumentException("A retry schedule has at least one step and a jitter from 0 to below 1");
        }
    }

    /**
     * When to try again, or empty to give up.
     *
     * @param attempt the attempt that failed, from 1
     * @param maxRetries how many attempts may follow the first
     * @param notAfter when the message is of no more use; null if that does not end
     * @param retryAfter what the receiver asked for: honoured between once and twice the step
     */
    public Optional<Instant> next(
            int attempt,
            int maxRetries,
            Instant now,
            @Nullable Instant notAfter,
            @Nullable Duration retryAfter,
            RandomGenerator random) {
        if (attempt > maxRetries) {
            return Optional.empty();
        }
        Duration step = steps.get(Math.min(attempt, steps.size()) - 1);
        Instant next = now.plus(retryAfter == null ? jittered(step, random) : within(retryAfter, step));
        return notAfter != null && !next.isBefore(notAfter) ? Optional.empty() : Optional.of(next);
    }

    private Duration jittered(Duration step, RandomGenerator random) {
        double factor = 1 + jitter * (2 * random.nextDouble() - 1);
        return Duration.ofMillis(Math.round(step.toMillis() * factor));
    }

    private static Duration within(Duration wanted, Duration step) {
        Duration most = step.multipliedBy(2);
        return wanted.compareTo(step) < 0 ? step : wanted.compareTo(most) > 0 ? most : wanted;
    }
}
