package com.tracemem.delivery;

import com.tracemem.approval.Approvals;
import com.tracemem.approval.Deliveries;
import com.tracemem.approval.DeliveryRows;
import com.tracemem.approval.LostDeliveries;
import com.tracemem.approval.ParkedDeliveries;
import com.tracemem.store.Signals;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * What time itself brings about: approvals expire, the messages of dead workers become due again, parked ones whose
 * integration was enabled meanwhile go out, and incoming messages are forgotten when they could not be replayed any
 * more. Every node does it; the database lets each thing happen once.
 *
 * <p>A clock that is put back must not keep messages waiting until it has caught up: what was written under the later
 * time is brought forward.
 */
public final class Timekeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Timekeeper.class);
    private static final int MANY = 200;

    /** Far longer than a signed message is accepted. */
    private static final Duration MESSAGES_KEPT = Duration.ofDays(1);

    private static final Duration COUNTED_EVERY = Duration.ofSeconds(10);

    /** Smaller steps back are what clocks do. */
    private static final Duration NOTICED = Duration.ofSeconds(1);

    private static final Duration HOUSEKEEPING_EVERY = Duration.ofMinutes(10);

    private final Approvals approvals;
    private final Deliveries deliveries;
    private final LostDeliveries lost;
    private final ParkedDeliveries parked;
    private final DeliveryStatistics statistics;
    private final RetryBound retryBound;
    private final Signals signals;
    private final DeliveryMetrics metrics;
    private final Clock clock;
    private final Duration lease;
    private final Duration interval;
    private final Set<String> failing = new HashSet<>();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread;
    private Instant latest;
    private Instant countedAt = Instant.EPOCH;
    private Instant housekeepingAt = Instant.MIN;
    private volatile boolean closed;

    /** Starts the timer. */
    public Timekeeper(
            Approvals approvals,
            Deliveries deliveries,
            LostDeliveries lost,
            ParkedDeliveries parked,
            DeliveryStatistics statistics,
            RetryBound retryBound,
            Signals signals,
            DeliveryMetrics metrics,
            Clock clock,
            Duration lease,
            Duration interval) {
        this.approvals = approvals;
        this.deliveries = deliveries;
        this.lost = lost;
        this.parked = parked;
        this.statistics = statistics;
        this.retryBound = retryBound;
        this.signals = signals;
        this.metrics = metrics;
        this.clock = clock;
        this.lease = lease;
        this.interval = interval;
        this.latest = clock.instant();
        this.thread = Thread.ofVirtual().name("timekeeper").start(this::run);
    }

    private void run() {
        while (!closed) {
            step("The look at the clock", this::watchClock);
            step("Recovery of deliveries", this::recover);
            step("Release of parked deliveries", this::resume);
            step("Expiry of approvals", this::expire);
            step("The measuring of the queue", this::measure);
            step("The counting of attempts", statistics::flush);
            step("Forgetting of old messages", this::forget);
            try {
                if (stop.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            } catch (InterruptedException stopping) {
                return;
            }
        }
    }

    /** What fails must not keep the other steps from happening; it is told once until it works again. */
    private void step(String what, Runnable work) {
        try {
            if (!closed) {
                work.run();
                failing.remove(what);
            }
        } catch (RuntimeException failed) {
            if (!closed && failing.add(what)) {
                LOG.warn("{} failed; it is tried again every {}", what, interval, failed);
            }
        }
    }

    private void watchClock() {
        Instant now = clock.instant();
        Duration back = Duration.between(now, latest);
        if (back.compareTo(NOTICED) > 0) {
            LOG.warn("The clock was put back by {}; what waits for the later time is brought forward", back);
            lost.bringForward(back, lease);
            countedAt = Instant.EPOCH;
            housekeepingAt = Instant.MIN;
            latest = now;
            signals.publishLocally(DeliveryRows.CHANNEL, "");
        } else if (now.isAfter(latest)) {
            latest = now;
        }
    }

    private void recover() {
        int recovered;
        do {
            recovered = lost.recover(MANY, retryBound);
            metrics.lost(recovered);
        } while (recovered >= MANY && !closed);
    }

    private void resume() {
        int resumed;
        do {
            resumed = parked.resumeForgotten(MANY);
            if (resumed > 0) {
                signals.publishLocally(DeliveryRows.CHANNEL, "");
            }
        } while (resumed >= MANY && !closed);
    }

    private void expire() {
        while (approvals.expireDue() >= MANY && !closed) {
            LOG.debug("More approvals expire");
        }
    }

    private void measure() {
        Instant now = clock.instant();
        metrics.oldestDue(deliveries
                .oldestDue()
                .map(due -> Duration.between(due, now))
                .filter(age -> !age.isNegative())
                .orElse(Duration.ZERO));
        if (!now.isBefore(countedAt.plus(COUNTED_EVERY))) {
            metrics.failed(deliveries.failed());
            countedAt = now;
        }
    }

    private void forget() {
        Instant now = clock.instant();
        if (!now.isBefore(housekeepingAt)) {
            approvals.forgetMessages(now.minus(MESSAGES_KEPT));
            statistics.forget();
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
            statistics.flush();
        } catch (DataAccessException away) {
            LOG.debug("The last attempts were not counted", away);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
