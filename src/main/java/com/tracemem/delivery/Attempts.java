package com.tracemem.delivery;

import com.tracemem.approval.AttemptResult;
import com.tracemem.approval.DeliveryClaim;
import com.tracemem.approval.DeliveryQueue;
import com.tracemem.trace.Sha256;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has one claimed message sent, and records how that went: in the queue, the trace, the integration's health, the metrics. */
final class Attempts {
    private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);
    private static final Duration GONE_PAUSE = Duration.ofSeconds(5);

    private final DeliveryQueue queue;
    private final IntegrationHealth health;
    private final Map<String, Channel> channels;
    private final RetryBound retryBound;
    private final DeliveryMetrics metrics;
    private final Clock clock;

    Attempts(
            DeliveryQueue queue,
            IntegrationHealth health,
            Map<String, Channel> channels,
            RetryBound retryBound,
            DeliveryMetrics metrics,
            Clock clock) {
        this.queue = queue;
        this.health = health;
        this.channels = Map.copyOf(channels);
        this.retryBound = retryBound;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** Sends, and gives what records how that went. */
    Runnable send(Lanes.Job job) {
        Sending sending = job.sending();
        String channel = sending.integration().type();
        long start = System.nanoTime();
        SendResult sent = attempt(sending);
        Duration latency = Duration.ofNanos(System.nanoTime() - start);
        metrics.attempt(channel, sent, latency);
        health.note(sending.integration(), sent, latency);
        return () -> report(sending.claim(), channel, result(sending, sent, latency));
    }

    /** Gives up on a message that cannot be sent, since something that it needs is not there any more. */
    void giveUp(DeliveryClaim claim, String missing) {
        report(
                claim,
                "unknown",
                new AttemptResult.Failed(
                        "The %s was deleted before the message was sent".formatted(missing),
                        missing + " deleted",
                        Duration.ZERO));
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
        Optional<Instant> next = RetrySchedule.STANDARD.next(
                sending.claim().attemptInRound(),
                retryBound.applyAsInt(sending.claim()),
                clock.instant(),
                sending.claim().kind().asks() ? sending.view().approval().expiresAt() : null,
                retryAfter,
                ThreadLocalRandom.current());
        return next.<AttemptResult>map(at -> new AttemptResult.Retry(failure.error(), failure.reason(), at, latency))
                .orElseGet(() -> new AttemptResult.Failed(failure.error(), failure.reason(), latency));
    }

    /** An outcome that cannot be recorded is found again when the lease is over: the message is then sent again. */
    private void report(DeliveryClaim claim, String channel, AttemptResult result) {
        try {
            if (result instanceof AttemptResult.Failed) {
                metrics.givenUp(channel);
            }
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
}
