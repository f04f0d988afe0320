package com.tracemem.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class RetryScheduleTest {
    private static final Instant NOW = Instant.parse("2026-01-07T12:00:00Z");
    private final RandomGenerator random = new Random(7);

    @Test
    @Promise("Q8")
    void waitsLongerEachTimeWithinTwentyPercent() {
        int[] seconds = {5, 30, 120, 600, 1800, 3600, 7200, 7200, 7200};
        for (int attempt = 1; attempt <= seconds.length; attempt++) {
            for (int i = 0; i < 100; i++) {
                Instant next = RetrySchedule.STANDARD
                        .next(attempt, 20, NOW, null, null, random)
                        .orElseThrow();
                assertThat(Duration.between(NOW, next))
                        .isBetween(
                                Duration.ofMillis(800L * seconds[attempt - 1]),
                                Duration.ofMillis(1200L * seconds[attempt - 1]));
            }
        }
    }

    @Test
    @Promise("Q8")
    void givesUpAfterTheLastRetryAndWhenTheAnswerWouldBeOfNoUse() {
        assertThat(RetrySchedule.STANDARD.next(3, 3, NOW, null, null, random)).isPresent();
        assertThat(RetrySchedule.STANDARD.next(4, 3, NOW, null, null, random)).isEmpty();
        assertThat(RetrySchedule.STANDARD.next(1, 0, NOW, null, null, random)).isEmpty();
        assertThat(RetrySchedule.STANDARD.next(1, 3, NOW, NOW.plusSeconds(4), null, random))
                .isEmpty();
        assertThat(RetrySchedule.STANDARD.next(1, 3, NOW, NOW.plusSeconds(7), null, random))
                .isPresent();
    }

    @Test
    @Promise("Q8")
    void honoursWhatTheReceiverAskedForBetweenOnceAndTwiceTheStep() {
        assertThat(RetrySchedule.STANDARD.next(2, 3, NOW, null, Duration.ofSeconds(1), random))
                .contains(NOW.plusSeconds(30));
        assertThat(RetrySchedule.STANDARD.next(2, 3, NOW, null, Duration.ofSeconds(45), random))
                .contains(NOW.plusSeconds(45));
        assertThat(RetrySchedule.STANDARD.next(2, 3, NOW, null, Duration.ofDays(1), random))
                .contains(NOW.plusSeconds(60));
    }
}
