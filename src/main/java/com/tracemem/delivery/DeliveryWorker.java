package com.tracemem.delivery;

import com.tracemem.approval.ApprovalViews;
import com.tracemem.approval.DeliveryClaim;
import com.tracemem.approval.DeliveryQueue;
import com.tracemem.approval.DeliveryRows;
import com.tracemem.approval.Destination;
import com.tracemem.store.Signals;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes due messages from the queue and has them sent. Any number of workers, on any number of nodes, share one queue.
 *
 * <p>A message is sent at least once and always under the same id; nothing is sent within a transaction; a worker that
 * dies is succeeded when its leases are over.
 */
public final class DeliveryWorker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeliveryWorker.class);

    private final DeliveryQueue queue;
    private final ApprovalViews views;
    private final IntegrationDirectory directory;
    private final DeliverySettings settings;
    private final Attempts attempts;
    private final Lanes lanes;
    private final Semaphore bell = new Semaphore(0);
    private final Signals.Subscription subscription;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread;
    private volatile boolean closed;

    /**
     * Starts to work.
     *
     * @param channels by the integrations' types
     */
    public DeliveryWorker(
            DeliveryQueue queue,
            ApprovalViews views,
            IntegrationDirectory directory,
            IntegrationHealth health,
            Map<String, Channel> channels,
            Signals signals,
            DeliverySettings settings,
            DeliveryMetrics metrics,
            Clock clock) {
        this.queue = queue;
        this.views = views;
        this.directory = directory;
        this.settings = settings;
        this.attempts = new Attempts(queue, health, channels, new RetryBound(directory, channels), metrics, clock);
        this.lanes = new Lanes(settings, attempts::send, bell::release);
        this.subscription = signals.subscribe(DeliveryRows.CHANNEL, payload -> bell.release());
        this.thread = Thread.ofPlatform().name("delivery").daemon().start(this::run);
    }

    private void run() {
        boolean healthy = true;
        while (!closed) {
            boolean more = false;
            try {
                more = round();
                healthy = true;
            } catch (RuntimeException failed) {
                if (healthy && !closed) {
                    LOG.warn(
                            "Deliveries pause: the queue could not be read. They go on when the database answers",
                            failed);
                }
                healthy = false;
            }
            if (!more && !await(healthy)) {
                return;
            }
        }
    }

    /** One look at the queue; true when it is worth to look again at once. */
    private boolean round() {
        bell.drainPermits();
        List<DeliveryClaim> stalled = lanes.takeOutStalled();
        if (!stalled.isEmpty()) {
            queue.handBack(stalled);
        }
        int room = lanes.room();
        if (room == 0) {
            return false;
        }
        long claimedAt = System.nanoTime();
        Set<Destination> busy = lanes.full();
        List<DeliveryClaim> claims = queue.claim(room, settings.lease(), busy);
        if (claims.isEmpty()) {
            return false;
        }
        try {
            dispatch(claims, claimedAt);
        } catch (RuntimeException failed) {
            // nothing was sent: due again now, not when the lease is over
            queue.handBack(claims);
            throw failed;
        }
        // beside busy destinations, each of the others was given a share only
        return claims.size() == room || !busy.isEmpty();
    }

    /**
     * Waits for the bell or the poll interval.
     *
     * @param healthy otherwise the bell, which may ring all the time, does not shorten the wait
     */
    private boolean await(boolean healthy) {
        try {
            if (!healthy) {
                return !stop.await(settings.poll().toNanos(), TimeUnit.NANOSECONDS);
            }
            boolean rung = bell.tryAcquire(settings.poll().toNanos(), TimeUnit.NANOSECONDS);
            LOG.trace("The worker looks at the queue; rung: {}", rung);
            return true;
        } catch (InterruptedException stopping) {
            return false;
        }
    }

    private void dispatch(List<DeliveryClaim> claims, long claimedAt) {
        Dispatch dispatch = Dispatch.of(claims, claimedAt, views, directory);
        queue.park(dispatch.parked());
        if (!dispatch.withdrawn().isEmpty()) {
            queue.withdraw(dispatch.withdrawn());
            // what waited for one of them may be due now
            bell.release();
        }
        dispatch.orphans().forEach(orphan -> lanes.beside(() -> attempts.giveUp(orphan.claim(), orphan.missing())));
        lanes.add(dispatch.jobs());
    }

    /** Stops claiming, gives back what has not started, and waits a bounded time for what is on its way. */
    @Override
    public void close() {
        closed = true;
        subscription.close();
        // not by an interrupt, which would break the database connection in use
        stop.countDown();
        bell.release();
        try {
            thread.join(settings.drain());
            List<DeliveryClaim> waiting = lanes.takeOutWaiting();
            if (!waiting.isEmpty()) {
                queue.handBack(waiting);
            }
            if (!lanes.awaitEmpty(settings.drain())) {
                LOG.info(
                        "Some deliveries were still on their way; they are sent again, under the same ids, when their leases are over");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failed) {
            LOG.warn("Claimed deliveries could not be given back; they go out when their leases are over", failed);
        }
    }
}
