package com.tracemem.approval;

import com.tracemem.trace.Actor;
import com.tracemem.trace.Batch;
import com.tracemem.trace.DecisionKey;
import com.tracemem.trace.EventType;
import com.tracemem.trace.NewEvent;
import com.tracemem.trace.Outcome;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** An administrator wants a message that was given up on to be sent again. */
record RetryDelivery(Deliveries.Delivery delivery, DecisionKey decision, Actor by)
        implements ApprovalCommand<Retried>, DeliveryCommand {

    @Override
    public String tenantId() {
        return decision.tenantId();
    }

    @Override
    public String deliveryId() {
        return delivery.deliveryId();
    }

    @Override
    public String approvalId() {
        return delivery.approvalId();
    }

    @Override
    public Outcome<Retried> apply(Batch batch) {
        DeliveryRows deliveries = batch.rows(DeliveryRows.class);
        ApprovalRows approvals = batch.rows(ApprovalRows.class);
        Optional<Approval> approval = approvals.find(decision, delivery.approvalId());
        Optional<DeliveryState> state = deliveries.state(delivery.deliveryId());
        if (approval.isEmpty() || state.isEmpty()) {
            return Outcome.done(new Retried.UnknownDelivery());
        }
        if (state.get() != DeliveryState.FAILED) {
            return Outcome.done(new Retried.NotFailed(state.get()));
        }
        if (delivery.kind().asks() && !approval.get().isPending()) {
            return Outcome.done(new Retried.NothingToAsk(approval.get().status()));
        }
        deliveries.retry(this, batch);
        if (delivery.kind() == DeliveryKind.REQUESTED) {
            approvals.update(approval.get().withDelivery(DeliveryStatus.PENDING));
        }
        batch.append(decision, NewEvent.of(EventType.APPROVAL_DELIVERY, by, evidence()));
        return Outcome.done(new Retried.Due());
    }

    private ObjectNode evidence() {
        ObjectNode payload = JsonNodeFactory.instance.objectNode();
        payload.put("approval_id", delivery.approvalId());
        payload.put("delivery_id", delivery.deliveryId());
        payload.put("integration_id", delivery.integrationId());
        payload.put("kind", delivery.kind().wireName());
        payload.put("attempt", delivery.attempts());
        payload.put("outcome", "retried_by_hand");
        return payload;
    }
}
