package com.tracemem.approval;

import com.tracemem.decision.Decision;
import com.tracemem.decision.DecisionRows;
import com.tracemem.decision.NeedsPolicies;
import com.tracemem.trace.Batch;
import com.tracemem.trace.DecisionKey;
import com.tracemem.trace.EventType;
import com.tracemem.trace.NewEvent;
import com.tracemem.trace.Outcome;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A human's answer. However many arrive, the first one wins; every other is told who won, and is itself traced.
 */
record AnswerApproval(DecisionKey decision, Answer answer) implements ApprovalCommand<Answered>, NeedsPolicies {

    @Override
    public String approvalId() {
        return answer.approvalId();
    }

    @Override
    public Outcome<Answered> apply(Batch batch) {
        ApprovalRows approvals = batch.rows(ApprovalRows.class);
        Optional<Approval> found = approvals.find(decision, answer.approvalId());
        Optional<Decision> envelope = batch.rows(DecisionRows.class).find(decision);
        if (found.isEmpty() || envelope.isEmpty()) {
            return Outcome.done(new Answered.UnknownApproval());
        }
        InboundMessage message = answer.message();
        InboundMessages.Noted noted =
                message == null ? null : approvals.messages().find(answer.tenantId(), message);
        if (noted != null && !noted.approvalId().equals(answer.approvalId())) {
            return Outcome.done(
                    new Answered.MessageReused("This webhook-id was already used for another approval: send a new id"));
        }
        if (noted != null && !noted.refused()) {
            return Outcome.done(new Answered.Repeated(found.get()));
        }
        return Outcome.done(decide(batch, envelope.get(), found.get()));
    }

    private Answered decide(Batch batch, Decision envelope, Approval approval) {
        if (isSameAnswer(approval)) {
            return new Answered.Repeated(approval);
        }
        if (!approval.isPending()) {
            refuse(batch, "already_resolved");
            return new Answered.AlreadyResolved(approval);
        }
        if (approval.isDue(batch.now())) {
            Resolution.expire(batch, envelope, approval);
            refuse(batch, "expired");
            return new Answered.AlreadyResolved(batch.rows(ApprovalRows.class)
                    .find(decision, approval.approvalId())
                    .orElseThrow());
        }
        if (!answer.approver().isAmong(approval.approvers())) {
            refuse(batch, "not_an_approver");
            return new Answered.NotAnApprover(answer.approver().shownName()
                    + " is not among the approvers of route '" + approval.approvalRouteId()
                    + "': ask one of them, or an administrator to change the route");
        }
        if (approval.requireRationale() && answer.rationale() == null) {
            refuse(batch, "rationale_required");
            return new Answered.RationaleRequired("This approval needs a rationale: say why, in a sentence");
        }
        Approval resolved = Resolution.answer(batch, envelope, approval, answer);
        note(batch, false);
        return new Answered.Recorded(resolved);
    }

    /** A sender that missed our reply says the same again under a new message id. */
    private boolean isSameAnswer(Approval approval) {
        Approver winner = approval.approver();
        return winner != null
                && winner.equals(answer.approver())
                && approval.status() == answer.verdict().result()
                && Objects.equals(approval.rationale(), answer.rationale());
    }

    private void note(Batch batch, boolean refused) {
        if (answer.message() != null) {
            batch.rows(ApprovalRows.class)
                    .messages()
                    .add(answer.tenantId(), answer.message(), new InboundMessages.Noted(answer.approvalId(), refused));
        }
    }

    /** Traced once for each message: a sender that repeats a refused one without end does not fill the trace. */
    private void refuse(Batch batch, String reason) {
        if (answer.message() != null
                && batch.rows(ApprovalRows.class).messages().find(answer.tenantId(), answer.message()) != null) {
            return;
        }
        note(batch, true);
        ObjectNode payload = JsonNodeFactory.instance.objectNode();
        payload.put("approval_id", answer.approvalId());
        payload.put("answer", answer.verdict().result().wireName());
        payload.put("reason", reason);
        payload.put("channel", answer.approver().channel());
        batch.append(
                decision,
                NewEvent.of(EventType.APPROVAL_ANSWER_REFUSED, answer.approver().asActor(), payload));
    }
}
