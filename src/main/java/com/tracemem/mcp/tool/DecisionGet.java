package com.tracemem.mcp.tool;

import com.tracemem.approval.Approval;
import com.tracemem.approval.ApprovalStatus;
import com.tracemem.approval.Approvals;
import com.tracemem.approval.DeliveryStatus;
import com.tracemem.decision.AutomationMode;
import com.tracemem.decision.Decision;
import com.tracemem.decision.DecisionStatus;
import com.tracemem.decision.Decisions;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.trace.Outcome;
import com.tracemem.trace.Refusal;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** {@code decision_get}: where a decision stands, now or once that has changed. */
final class DecisionGet implements Tool {
    private static final int LONGEST_WAIT_SECONDS = 55;
    private static final int MOST_WAITS_PER_AGENT = 500;
    private static final ToolDefinition DEFINITION = new ToolDefinition(
            "decision_get",
            "Get decision",
            "Says where a decision and its newest approval stand. With wait_seconds the call is held until the status"
                    + " changes or the time is over: use it to wait for a human's answer instead of polling.",
            Schema.of(
                    Field.required("decision_id", Type.text(), "From decision_create."),
                    Field.optional(
                            "wait_seconds",
                            Type.integer(0, LONGEST_WAIT_SECONDS),
                            "How long to wait for another status; 0 or left out answers at once. Of one agent at most "
                                    + MOST_WAITS_PER_AGENT + " calls wait at a time."),
                    Field.optional(
                            "since_status",
                            Type.choice(DecisionStatus.class),
                            "The status you know; the call returns as soon as it is another. Left out, the status at the"
                                    + " time of the call.")),
            Schema.of(
                    Field.required("decision_id", Type.text(), "The decision."),
                    Field.required("intent", Type.text(), "As given when it was opened."),
                    Field.required("status", Type.choice(DecisionStatus.class), "Where the decision stands."),
                    Field.required(
                            "automation_mode", Type.choice(AutomationMode.class), "As chosen when it was opened."),
                    Field.required("actor", Type.text(), "Who acts."),
                    Field.required("created_at", Type.time(), "When it was opened."),
                    Field.optional("closed_at", Type.time(), "When it was closed."),
                    Field.required(
                            "approval_required",
                            Type.flag(),
                            "Whether a human has to approve before it can be committed."),
                    Field.optional("approval_status", Type.choice(ApprovalStatus.class), "Of the newest approval."),
                    Field.optional("approval", Type.object(approvalSchema()), "The newest approval."),
                    Field.required("event_count", Type.count(), "Events in its trace.")),
            ToolDefinition.Hints.READS);

    private final Decisions decisions;
    private final Approvals approvals;
    private final Waits waits;

    DecisionGet(Decisions decisions, Approvals approvals) {
        this(decisions, approvals, new Waits(MOST_WAITS_PER_AGENT));
    }

    DecisionGet(Decisions decisions, Approvals approvals, Waits waits) {
        this.waits = waits;
        this.decisions = decisions;
        this.approvals = approvals;
    }

    @Override
    public ToolDefinition definition() {
        return DEFINITION;
    }

    @Override
    public Outcome<ObjectNode> call(AgentPrincipal agent, Arguments arguments) throws InterruptedException {
        String decisionId = arguments.decisionId();
        long seconds = arguments.integer("wait_seconds", 0, LONGEST_WAIT_SECONDS, 0);
        DecisionStatus since = arguments.choice("since_status", DecisionGet::status);
        Optional<Decision> found = seconds == 0
                ? decisions.find(agent, decisionId)
                : await(agent, decisionId, since, Duration.ofSeconds(seconds), arguments);
        return found.map(decision -> Outcome.done(settled(agent, decision)))
                .orElseGet(() -> Outcome.refused(Refusal.Code.NOT_FOUND, "Decision not found"));
    }

    /** An approval that ran out meanwhile is told as such. */
    private ObjectNode settled(AgentPrincipal agent, Decision decision) {
        Optional<Approval> newest = approvals.newest(decision.key());
        return newest.isPresent() && approvals.settle(newest.get())
                ? answer(
                        decisions.find(agent, decision.decisionId()).orElse(decision),
                        approvals.newest(decision.key()).orElse(null))
                : answer(decision, newest.orElse(null));
    }

    private Optional<Decision> await(
            AgentPrincipal agent,
            String decisionId,
            @Nullable DecisionStatus since,
            Duration longest,
            Arguments arguments)
            throws InterruptedException {
        if (!waits.enter(agent)) {
            arguments.warn("Answered without waiting: " + waits.mostPerAgent()
                    + " calls of this agent wait already; wait for fewer decisions at a time");
            return decisions.find(agent, decisionId);
        }
        try {
            return decisions.await(agent, decisionId, since, longest);
        } finally {
            waits.leave(agent);
        }
    }

    private static DecisionStatus status(String wireName) {
        return DecisionStatus.ofWireName(wireName)
                .orElseThrow(() -> new IllegalArgumentException("invalid since_status '" + wireName
                        + "': use open, needs_approval, approved, rejected, committed or aborted"));
    }

    private static ObjectNode answer(Decision decision, @Nullable Approval approval) {
        Answer answer = new Answer()
                .with("decision_id", decision.decisionId())
                .with("intent", decision.intent())
                .with("status", decision.status().wireName())
                .with("automation_mode", decision.automationMode().wireName())
                .with("actor", decision.actor())
                .with("created_at", decision.createdAt())
                .with("closed_at", decision.closedAt())
                .with("approval_required", isApprovalRequired(decision));
        if (approval != null) {
            answer.with("approval_status", approval.status().wireName()).with("approval", approval(approval));
        }
        return answer.with("event_count", decision.eventCount()).json();
    }

    private static boolean isApprovalRequired(Decision decision) {
        return decision.status() == DecisionStatus.NEEDS_APPROVAL
                || (decision.status() == DecisionStatus.OPEN && decision.automationMode() == AutomationMode.APPROVE);
    }

    private static Answer approval(Approval approval) {
        return new Answer()
                .with("approval_id", approval.approvalId())
                .with("status", approval.status().wireName())
                .with("title", approval.title())
                .with("expires_at", approval.expiresAt())
                .with("resolved_at", approval.resolvedAt())
                .with(
                        "approver",
                        approval.approver() == null ? null : approval.approver().toJson())
                .with("rationale", approval.rationale())
                .with(
                        "delivery",
                        new Answer().with("status", approval.deliveryStatus().wireName()));
    }

    private static Schema approvalSchema() {
        return Schema.of(
                Field.required("approval_id", Type.text(), "The approval."),
                Field.required("status", Type.choice(ApprovalStatus.class), "Where it stands."),
                Field.required("title", Type.text(), "What the approver reads first."),
                Field.required("expires_at", Type.time(), "Until when it can be answered."),
                Field.optional("resolved_at", Type.time(), "When it was answered, expired or cancelled."),
                Field.optional("approver", Type.object(), "Who answered: id, name, email, channel."),
                Field.optional("rationale", Type.text(), "Why, in the approver's words."),
                Field.required(
                        "delivery",
                        Type.object(Schema.of(
                                Field.required("status", Type.choice(DeliveryStatus.class), "Whether it was sent."))),
                        "How far the message has come."));
    }
}
