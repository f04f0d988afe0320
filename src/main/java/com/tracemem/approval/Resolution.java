package com.tracemem.approval;

import com.tracemem.decision.Decision;
import com.tracemem.decision.DecisionRows;
import com.tracemem.decision.DecisionStatus;
import com.tracemem.trace.Actor;
import com.tracemem.trace.Batch;
import com.tracemem.trace.EventType;
import com.tracemem.trace.NewEvent;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The ways in which a pending approval ends, and what that does to its decision. One place for all doors. */
final class Resolution {
    private static final Actor CLOCK = Actor.system("expiry");

    private Resolution() {}

    /** A human answered. */
    static Approval answer(Batch batch, Decision decision, Approval pending, Answer answer) {
        Approver approver = answer.approver();
        Approval answered = pending.resolved(answer.verdict().result(), batch.now(), approver, answer.rationale());
        // whoever answers over the integration has been reached over it
        Approval resolved = answer.message() == null ? answered : answered.withDelivery(DeliveryStatus.DELIVERED);
        ObjectNode evidence = evidence(resolved);
        if (answer.message() != null) {
            evidence.put("integration_id", answer.message().integrationId());
            evidence.put("message_id", answer.message().messageId());
        }
        record(batch, pending, resolved, EventType.APPROVAL_RESOLVED, approver.asActor(), evidence);
        DecisionRows decisions = batch.rows(DecisionRows.class);
        switch (answer.verdict()) {
            case APPROVED -> {
                decisions.update(decision.movedTo(DecisionStatus.APPROVED).grantedBy(resolved.approvalId()), batch);
                decisions.granted(
                        decision.key(),
                        resolved.approvalId(),
                        resolved.decisionSeq(),
                        resolved.proposedAction(),
                        resolved.actionDigest(),
                        batch);
            }
            case REJECTED -> {
                String reason = "Rejected by " + approver.shownName()
                        + (answer.rationale() == null ? "" : ": " + answer.rationale());
                DecisionStatus rejected = batch.rows(ApprovalRows.class).afterRejection(pending);
                end(batch, decision, rejected, reason, resolved, approver.asActor());
            }
        }
        return resolved;
    }

    /** Notes that nobody answered in time; gives the decision as it stands afterwards. */
    static Decision expire(Batch batch, Decision decision, Approval pending) {
        Approval expired = pending.resolved(ApprovalStatus.EXPIRED, batch.now(), null, null);
        record(batch, pending, expired, EventType.APPROVAL_EXPIRED, CLOCK, evidence(expired));
        if (expired.rejectOnExpiry()) {
            return end(
                    batch,
                    decision,
                    DecisionStatus.ABORTED,
                    "Nobody answered approval " + expired.approvalId() + " in time",
                    expired,
                    CLOCK);
        }
        return decision;
    }

    /** The agent ended the decision before anybody answered. */
    static void cancel(Batch batch, Approval pending, Actor actor) {
        Approval cancelled = pending.resolved(ApprovalStatus.CANCELLED, batch.now(), null, null);
        record(batch, pending, cancelled, EventType.APPROVAL_RESOLVED, actor, evidence(cancelled));
    }

    private static void record(
            Batch batch, Approval before, Approval resolved, EventType type, Actor actor, ObjectNode evidence) {
        batch.append(resolved.decision(), NewEvent.of(type, actor, evidence));
        batch.rows(ApprovalRows.class).update(resolved);
        batch.rows(DeliveryRows.class).resolve(resolved, before.deliveryStatus() != DeliveryStatus.DELIVERED, batch);
    }

    private static Decision end(
            Batch batch, Decision decision, DecisionStatus result, String reason, Approval resolved, Actor actor) {
        Decision moved = decision.movedTo(result);
        Decision ended = result.isFinal() ? moved.closed(batch.now(), reason, null) : moved;
        batch.rows(DecisionRows.class).update(ended, batch);
        if (result.isFinal()) {
            ObjectNode payload = JsonNodeFactory.instance.objectNode();
            payload.put("action", "abort");
            payload.put("status", result.wireName());
            payload.put("reason", reason);
            payload.put("approval_id", resolved.approvalId());
            batch.append(decision.key(), NewEvent.of(EventType.DECISION_CLOSED, actor, payload));
        }
        return ended;
    }

    private static ObjectNode evidence(Approval resolved) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("approval_id", resolved.approvalId());
        json.put("status", resolved.status().wireName());
        json.put("sequence", resolved.sequence());
        Approver approver = resolved.approver();
        if (approver != null) {
            json.put("channel", approver.channel());
        }
        putIfPresent(json, "rationale", resolved.rationale());
        putBinding(json, resolved);
        return json;
    }

    /** Whether the answer covers one action or the decision. */
    static void putBinding(ObjectNode json, Approval approval) {
        json.put("binding", approval.actionDigest() == null ? "unbound" : "bound");
        putIfPresent(
                json,
                "action_digest",
                approval.actionDigest() == null ? null : approval.actionDigest().hex());
    }

    private static void putIfPresent(ObjectNode json, String name, @Nullable String value) {
        if (value != null) {
            json.put(name, value);
        }
    }
}
