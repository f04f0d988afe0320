package com.tracemem.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class LanesTest {

    @Test
    void whatIsDoneBesideTheLanesTakesRoomUntilItIsDone() throws Exception {
        DeliverySettings small = new DeliverySettings(
                2, 1, 1, Duration.ofSeconds(60), Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofSeconds(1));
        CountDownLatch slow = new CountDownLatch(1);
        Lanes lanes = new Lanes(small, job -> () -> {}, () -> {});
        assertThat(lanes.room()).isEqualTo(2);
        for (int i = 0; i < 5; i++) {
            lanes.beside(() -> {
                try {
                    slow.await();
                } catch (InterruptedException stopping) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        assertThat(lanes.room()).isZero();
        assertThat(lanes.awaitEmpty(Duration.ofMillis(1))).isFalse();
        slow.countDown();
        assertThat(lanes.awaitEmpty(Duration.ofSeconds(20))).isTrue();
        assertThat(lanes.room()).isEqualTo(2);
        assertThat(lanes.takeOutWaiting()).isEqualTo(List.of());
    }
}
