package com.tracemem.delivery;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What operators watch of deliveries. No label names a tenant, an integration or anything secret. */
public final class DeliveryMetrics {
    private static final Duration[] LATENCIES = {
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30)
    };

    private final MeterRegistry registry;
    private final Counter lost;
    private final AtomicLong oldestDueMillis = new AtomicLong();
    private final AtomicInteger failed = new AtomicInteger();

    public DeliveryMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.lost = registry.counter("tracemem.delivery.lost");
        registry.gauge("tracemem.delivery.failed", failed);
        registry.gauge("tracemem.delivery.oldest.due.seconds", oldestDueMillis, millis -> millis.get() / 1000.0);
    }

    void attempt(String channel, SendResult result, Duration latency) {
        String outcome = switch (result) {
            case SendResult.Sent sent -> "sent";
            case SendResult.Unreachable unreachable -> "unreachable";
            case SendResult.Misconfigured misconfigured -> "misconfigured";
            case SendResult.Gone gone -> "gone";
            case SendResult.Refused refused -> "refused";
        };
        Timer.builder("tracemem.delivery.attempts")
                .tags("channel", channel, "outcome", outcome)
                .serviceLevelObjectives(LATENCIES)
                .register(registry)
                .record(latency);
    }

    /** A message was given up on. */
    void givenUp(String channel) {
        registry.counter("tracemem.delivery.given.up", "channel", channel).increment();
    }

    /** Attempts whose worker died or stalled past its lease. */
    void lost(int attempts) {
        lost.increment(attempts);
    }

    void failed(int messages) {
        failed.set(messages);
    }

    void oldestDue(Duration age) {
        oldestDueMillis.set(age.toMillis());
    }
}
