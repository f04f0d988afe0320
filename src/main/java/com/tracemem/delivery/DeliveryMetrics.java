package com.tracemem.delivery;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What operators watch of deliveries. No label names a tenant, an integration or anything secret. */
public final class DeliveryMetrics {
    private final MeterRegistry registry;
    private final AtomicLong oldestDueMillis = new AtomicLong();
    private final AtomicInteger failed = new AtomicInteger();

    public DeliveryMetrics(MeterRegistry registry) {
        this.registry = registry;
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
        registry.timer("tracemem.delivery.attempts", "channel", channel, "outcome", outcome)
                .record(latency);
    }

    void failed(int messages) {
        failed.set(messages);
    }

    void oldestDue(Duration age) {
        oldestDueMillis.set(age.toMillis());
    }
}
