package com.tracemem.delivery;

import com.tracemem.approval.Approvals;
import com.tracemem.approval.DeliveryQueue;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What time itself brings about: approvals expire, the messages of dead workers become due again, and incoming messages
 * are forgotten when they could not be replayed any more. Every node does it; the database lets each thing happen once.
 */
public final class DeliveryTimer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeliveryTimer.class);
    private static final int MANY = 200;

    /** Far longer than a signed message is accepted. */
    private static final Duration MESSAGES_KEPT = Duration.ofDays(1);

    private static final Duration HOUSEKEEPING_EVERY = Duration.ofMinutes(10);

    private final Approvals approvals;
    private final DeliveryQueue queue;
    private final DeliveryMetrics metrics;
    private final Clock clock;
    private final Duration interval;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread;
    private Instant housekeepingAt = Instant.MIN;
    private volatile boolean closed;

    /** Starts the timer. */
    public DeliveryTimer(
            Approvals approvals, DeliveryQueue queue, DeliveryMetrics metrics, Clock clock, Duration interval) {
        this.approvals = approvals;
        this.queue = queue;
        this.metrics = metrics;
        this.clock = clock;
        this.interval = interval;
        this.thread = Thread.ofVirtual().name("delivery-timer").start(this::run);
    }

    private void run() {
        while (!closed) {
            try {
                tick();
            } catch (RuntimeException failed) {
                if (!closed) {
                    LOG.warn("Expiry and recovery of deliveries failed this time: {}", failed.getMessage());
                }
            }
            try {
                if (stop.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            } catch (InterruptedException stopping) {
                return;
            }
        }
    }

    private void tick() {
        while (queue.recoverExpiredLeases(MANY) >= MANY && !closed) {
            LOG.debug("More expired leases are recovered");
        }
        while (approvals.expireDue() >= MANY && !closed) {
            LOG.debug("More approvals expire");
        }
        Instant now = clock.instant();
        metrics.oldestDue(queue.oldestDue()
                .map(due -> Duration.between(due, now))
                .filter(age -> !age.isNegative())
                .orElse(Duration.ZERO));
        if (!now.isBefore(housekeepingAt)) {
            approvals.forgetMessages(now.minus(MESSAGES_KEPT));
            housekeepingAt = now.plus(HOUSEKEEPING_EVERY);
        }
    }

    @Override
    public void close() {
        closed = true;
        // not by an interrupt, which would break the database connection in use
        stop.countDown();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
