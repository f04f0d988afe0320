package com.tracemem.approval;

import com.tracemem.trace.Actor;
import com.tracemem.trace.Batch;
import com.tracemem.trace.DecisionKey;
import com.tracemem.trace.EventType;
import com.tracemem.trace.NewEvent;
import com.tracemem.trace.Outcome;
import com.tracemem.trace.WireTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * How an attempt ended; without effect when the worker's lease has passed to another.
 *
 * @param channel what carried it: {@code webhook}, {@code slack}, {@code email}
 */
record ReportDelivery(DeliveryClaim claim, String channel, AttemptResult result)
        implements ApprovalCommand<Boolean>, DeliveryCommand {
    private static final String WORKER_STOPPED = "The worker stopped during the attempt";
    private static final Actor WORKER = Actor.worker("delivery");

    @Override
    public DecisionKey decision() {
        return claim.decision();
    }

    @Override
    public String tenantId() {
        return claim.tenantId();
    }

    @Override
    public String deliveryId() {
        return claim.deliveryId();
    }

    @Override
    public String approvalId() {
        return claim.approvalId();
    }

    @Override
    public Outcome<Boolean> apply(Batch batch) {
        DeliveryRows deliveries = batch.rows(DeliveryRows.class);
        ApprovalRows approvals = batch.rows(ApprovalRows.class);
        Optional<Approval> approval = approvals.find(decision(), claim.approvalId());
        if (!deliveries.holds(claim) || approval.isEmpty()) {
            return Outcome.done(false);
        }
        boolean withdrawn = claim.kind().asks() && !approval.get().isPending();
        deliveries.report(row(batch.now(), withdrawn), batch);
        batch.append(decision(), event(withdrawn));
        DeliveryStatus shown = shownStatus(approval.get().deliveryStatus(), withdrawn);
        if (claim.kind() == DeliveryKind.REQUESTED && approval.get().deliveryStatus() != shown) {
            approvals.update(approval.get().withDelivery(shown));
        }
        return Outcome.done(true);
    }

    /** A question that was answered meanwhile is not asked again. */
    private DeliveryRows.Reported row(Instant now, boolean withdrawn) {
        return switch (result) {
            case AttemptResult.Delivered delivered ->
                reported(DeliveryState.DELIVERED, now, null, delivered.externalRef(), now);
            case AttemptResult.Retry retry ->
                withdrawn
                        ? reported(DeliveryState.CANCELLED, now, retry.error(), null, now)
                        : reported(DeliveryState.PENDING, retry.nextAttemptAt(), retry.error(), null, null);
            case AttemptResult.Failed failed -> reported(DeliveryState.FAILED, now, failed.error(), null, now);
            case AttemptResult.Unknown(boolean givenUp) -> {
                if (withdrawn) {
                    yield reported(DeliveryState.CANCELLED, now, null, null, now);
                }
                yield givenUp
                        ? reported(DeliveryState.FAILED, now, WORKER_STOPPED, null, now)
                        : reported(DeliveryState.PENDING, now, WORKER_STOPPED, null, null);
            }
        };
    }

    private DeliveryRows.Reported reported(
            DeliveryState state,
            Instant nextAttemptAt,
            @Nullable String error,
            @Nullable String externalRef,
            @Nullable Instant finishedAt) {
        return new DeliveryRows.Reported(claim, state, nextAttemptAt, error, externalRef, finishedAt);
    }

    /** An answer that came over the integration shows that the question had arrived, whatever the attempt says. */
    private DeliveryStatus shownStatus(DeliveryStatus before, boolean withdrawn) {
        if (withdrawn && before == DeliveryStatus.DELIVERED) {
            return before;
        }
        return switch (result) {
            case AttemptResult.Delivered delivered -> DeliveryStatus.DELIVERED;
            case AttemptResult.Failed failed -> DeliveryStatus.FAILED;
            case AttemptResult.Retry retry -> withdrawn ? DeliveryStatus.NOT_SENT : DeliveryStatus.PENDING;
            case AttemptResult.Unknown(boolean givenUp) ->
                withdrawn ? DeliveryStatus.UNKNOWN : givenUp ? DeliveryStatus.FAILED : DeliveryStatus.PENDING;
        };
    }

    private NewEvent event(boolean withdrawn) {
        ObjectNode payload = JsonNodeFactory.instance.objectNode();
        payload.put("approval_id", claim.approvalId());
        payload.put("delivery_id", claim.deliveryId());
        payload.put("integration_id", claim.integrationId());
        payload.put("channel", channel);
        payload.put("kind", claim.kind().wireName());
        payload.put("attempt", claim.attempt());
        switch (result) {
            case AttemptResult.Delivered delivered -> {
                outcome(payload, "delivered", null, delivered.latency());
                payload.put("shown_digest", delivered.shownDigest().hex());
                if (delivered.masked() > 0) {
                    payload.put("masked", delivered.masked());
                }
            }
            case AttemptResult.Retry retry -> {
                outcome(payload, "failed", retry.reason(), retry.latency());
                if (!withdrawn) {
                    payload.put("next_attempt_at", WireTime.format(retry.nextAttemptAt()));
                }
            }
            case AttemptResult.Failed failed -> {
                outcome(payload, "failed", failed.reason(), failed.latency());
                payload.put("given_up", true);
            }
            case AttemptResult.Unknown(boolean givenUp) -> {
                outcome(payload, "unknown", null, null);
                if (givenUp) {
                    payload.put("given_up", true);
                }
            }
        }
        return NewEvent.of(EventType.APPROVAL_DELIVERY, WORKER, payload);
    }

    private static void outcome(
            ObjectNode payload, String outcome, @Nullable String reason, @Nullable Duration latency) {
        payload.put("outcome", outcome);
        if (reason != null) {
            payload.put("error", reason);
        }
        if (latency != null) {
            payload.put("latency_ms", latency.toMillis());
        }
    }
}
