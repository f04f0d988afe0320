package com.tracemem.delivery;

import com.tracemem.approval.ApprovalView;
import com.tracemem.approval.ApprovalViews;
import com.tracemem.approval.AttemptResult;
import com.tracemem.approval.DeliveryClaim;
import com.tracemem.approval.DeliveryKind;
import com.tracemem.approval.DeliveryQueue;
import com.tracemem.approval.DeliveryRows;
import com.tracemem.approval.Destination;
import com.tracemem.store.Signals;
import com.tracemem.trace.Sha256;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
    private static final Duration GONE_PAUSE = Duration.ofSeconds(5);

    private final DeliveryQueue queue;
    private final ApprovalViews views;
    private final IntegrationDirectory directory;
    private final IntegrationHealth health;
    private final Map<String, Channel> channels;
    private final RetryBound retryBound;
    private final DeliverySettings settings;
    private final DeliveryMetrics metrics;
    private final Clock clock;
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
        this.health = health;
        this.channels = Map.copyOf(channels);
        this.retryBound = new RetryBound(directory, channels);
        this.settings = settings;
        this.metrics = metrics;
        this.clock = clock;
        this.lanes = new Lanes(settings, this::send, bell::release);
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
        Map<ApprovalViews.Key, ApprovalView> shown = views.views(claims.stream()
                .map(claim -> new ApprovalViews.Key(claim.tenantId(), claim.approvalId()))
                .distinct()
                .toList());
        Map<Destination, IntegrationDirectory.Entry> entries = directory.find(
                claims.stream().map(DeliveryWorker::destination).distinct().toList());
        List<Lanes.Job> jobs = new ArrayList<>();
        List<DeliveryClaim> parked = new ArrayList<>();
        List<DeliveryClaim> withdrawn = new ArrayList<>();
        List<Runnable> failures = new ArrayList<>();
        for (DeliveryClaim claim : claims) {
            ApprovalView view = shown.get(new ApprovalViews.Key(claim.tenantId(), claim.approvalId()));
            IntegrationDirectory.Entry entry = entries.get(destination(claim));
            if (view == null || entry == null) {
                AttemptResult gone = gone(view == null ? "approval" : "integration");
                failures.add(() -> reportSafely(claim, "unknown", gone));
            } else if (isOver(claim, view) || !entry.integration().carries().contains(claim.kind())) {
                withdrawn.add(claim);
            } else if (entry.integration().isDisabled()) {
                parked.add(claim);
            } else {
                jobs.add(new Lanes.Job(new Sending(claim, view, entry.integration(), entry.credentials()), claimedAt));
            }
        }
        queue.park(parked);
        if (!withdrawn.isEmpty()) {
            queue.withdraw(withdrawn);
            // what waited for one of them may be due now
            bell.release();
        }
        failures.forEach(lanes::beside);
        lanes.add(jobs);
    }

    private static AttemptResult gone(String what) {
        return new AttemptResult.Failed(
                "The %s was deleted before the message was sent".formatted(what), what + " deleted", Duration.ZERO);
    }

    /** A question that was answered meanwhile is not asked any more. */
    private static boolean isOver(DeliveryClaim claim, ApprovalView view) {
        return claim.kind() == DeliveryKind.REQUESTED && !view.approval().isPending();
    }

    /** Sends, and gives what records how that went. */
    private Runnable send(Lanes.Job job) {
        Sending sending = job.sending();
        String channel = sending.integration().type();
        long start = System.nanoTime();
        SendResult sent = attempt(sending);
        Duration latency = Duration.ofNanos(System.nanoTime() - start);
        metrics.attempt(channel, sent, latency);
        health.note(sending.integration(), sent);
        return () -> reportSafely(sending.claim(), channel, result(sending, sent, latency));
    }

    private SendResult attempt(Sending sending) {
        Channel channel = channels.get(sending.integration().type());
        if (channel == null) {
            return new SendResult.Misconfigured(
                    "This server has no channel for integrations of type "
                            + sending.integration().type(),
                    "no channel");
        }
        try {
            return channel.send(sending);
        } catch (RuntimeException fault) {
            LOG.error("Delivery {} met a fault of ours", sending.claim().deliveryId(), fault);
            return new SendResult.Unreachable(
                    "Unexpected error, reference %s: see the server's log"
                            .formatted(sending.claim().deliveryId()),
                    "unexpected error",
                    null);
        }
    }

    private AttemptResult result(Sending sending, SendResult sent, Duration latency) {
        return switch (sent) {
            case SendResult.Sent(String externalRef, Sha256 shownDigest, int masked) ->
                new AttemptResult.Delivered(latency, externalRef, shownDigest, masked);
            case SendResult.Unreachable unreachable -> retry(sending, unreachable, unreachable.retryAfter(), latency);
            case SendResult.Misconfigured misconfigured -> retry(sending, misconfigured, null, latency);
            // the integration is disabled by now, so the message is parked when it is due again
            case SendResult.Gone(String error, String reason) ->
                new AttemptResult.Retry(error, reason, clock.instant().plus(GONE_PAUSE), latency);
            case SendResult.Refused(String error, String reason) -> new AttemptResult.Failed(error, reason, latency);
        };
    }

    private AttemptResult retry(
            Sending sending, SendResult.NotSent failure, @Nullable Duration retryAfter, Duration latency) {
        boolean asks = switch (sending.claim().kind()) {
            case REQUESTED, REMINDER, ESCALATED -> true;
            case RESOLVED, CANCELLED -> false;
        };
        Optional<Instant> next = RetrySchedule.STANDARD.next(
                sending.claim().attempt(),
                retryBound.applyAsInt(sending.claim()),
                clock.instant(),
                asks ? sending.view().approval().expiresAt() : null,
                retryAfter,
                ThreadLocalRandom.current());
        return next.<AttemptResult>map(at -> new AttemptResult.Retry(failure.error(), failure.reason(), at, latency))
                .orElseGet(() -> new AttemptResult.Failed(failure.error(), failure.reason(), latency));
    }

    /** An outcome that cannot be recorded is found again when the lease is over: the message is then sent again. */
    private void reportSafely(DeliveryClaim claim, String channel, AttemptResult result) {
        try {
            if (!queue.report(claim, channel, result)) {
                LOG.warn("Delivery {} outlived its lease; its successor's report counts", claim.deliveryId());
            }
        } catch (RuntimeException failed) {
            LOG.warn(
                    "The outcome of delivery {} could not be recorded ({}); it will be sent again under the same id",
                    claim.deliveryId(),
                    failed.getMessage());
        }
    }

    private static Destination destination(DeliveryClaim claim) {
        return new Destination(claim.tenantId(), claim.integrationId());
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
