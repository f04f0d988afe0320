package com.tracemem.mcp.tool;

import com.tracemem.approval.Approval;
import com.tracemem.approval.ApprovalRequest;
import com.tracemem.approval.ApprovalStatus;
import com.tracemem.approval.Approvals;
import com.tracemem.approval.Cause;
import com.tracemem.approval.DeliveryStatus;
import com.tracemem.decision.ProposedAction;
import com.tracemem.decision.ProposedActions;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.trace.Outcome;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** {@code decision_request_approval}: asks a human. */
final class DecisionRequestApproval implements Tool {
    private static final String DELIVERY_NOTE = "Approval will be delivered by worker service";
    private static final ToolDefinition DEFINITION = new ToolDefinition(
            "decision_request_approval",
            "Request approval",
            "Asks a human to approve the decision, over an approval route. The decision is needs_approval until the human"
                    + " answers; wait with decision_get and wait_seconds. You cannot approve it yourself, and no time that"
                    + " runs out approves it.",
            Schema.of(
                    Field.required("decision_id", Type.text(), "From decision_create."),
                    Field.optional("title", Type.text(Limits.TITLE), "What is asked, in one line."),
                    Field.optional(
                            "message", Type.text(Limits.MESSAGE), "What the approver needs to know to decide well."),
                    Field.optional(
                            "approval_route_id",
                            Type.text(Limits.CHOSEN_ID),
                            "Where to ask; left out, the route that the policy names which required an exception last, else the"
                                    + " default route. capabilities_get lists the routes."),
                    Field.optional("require_rationale", Type.flag(), "Whether the approver has to say why."),
                    Field.optional(
                            "expires_in_seconds",
                            Type.integer(1, ApprovalRequest.LONGEST_WAIT.toSeconds()),
                            "When the question lapses, if sooner than the route says."),
                    Field.optional(
                            "proposed_action",
                            Type.object(),
                            "The one action you want to take: product, operation, mutation. The approval then covers it and"
                                    + " nothing else."),
                    Field.optional(
                            "idempotency_key",
                            Type.text(Limits.IDEMPOTENCY_KEY),
                            "Repeat a call with the same key and it gives the same approval.")),
            Schema.of(
                    Field.required("approval_id", Type.text(), "The approval."),
                    Field.required("status", Type.choice(ApprovalStatus.class), "pending for a new one."),
                    Field.required(
                            "delivery",
                            Type.object(Schema.of(
                                    Field.required("status", Type.choice(DeliveryStatus.class), "Whether it was sent."),
                                    Field.optional("note", Type.text(), "What happens next."))),
                            "How far the message has come."),
                    Field.required("decision_id", Type.text(), "The decision."),
                    Field.required("approval_route_id", Type.text(), "The route that was taken."),
                    Field.required("expires_at", Type.time(), "Until when it can be answered.")),
            ToolDefinition.Hints.ASKS_A_HUMAN);

    private final Approvals approvals;
    private final ProposedActions actions;

    DecisionRequestApproval(Approvals approvals, ProposedActions actions) {
        this.approvals = approvals;
        this.actions = actions;
    }

    @Override
    public ToolDefinition definition() {
        return DEFINITION;
    }

    @Override
    public Outcome<ObjectNode> call(AgentPrincipal agent, Arguments arguments) {
        ObjectNode action = arguments.object("proposed_action");
        if (action == null) {
            return ask(agent, arguments, request(arguments, null));
        }
        return switch (propose(agent, action)) {
            case Outcome.Refused<ProposedAction> refused -> new Outcome.Refused<>(refused.refusal());
            case Outcome.Done<ProposedAction>(ProposedAction proposed) -> {
                if (!proposed.isWrite()) {
                    arguments.warn("proposed_action names no product: no decision_write follows from its approval");
                }
                yield ask(agent, arguments, request(arguments, proposed));
            }
        };
    }

    private Outcome<ObjectNode> ask(AgentPrincipal agent, Arguments arguments, ApprovalRequest request) {
        return approvals.request(agent, request).map(approval -> {
            approval.causes().forEach(cause -> warn(arguments, approval, cause));
            return answer(approval);
        });
    }

    private static void warn(Arguments arguments, Approval approval, Cause cause) {
        if (cause.approvalRouteId() != null && !cause.approvalRouteId().equals(approval.approvalRouteId())) {
            arguments.warn("Policy '" + cause.policyId() + "' names route '" + cause.approvalRouteId()
                    + "'; its exception is asked for over '" + approval.approvalRouteId() + "' with this request");
        }
    }

    private Outcome<ProposedAction> propose(AgentPrincipal agent, ObjectNode action) {
        try {
            return actions.propose(agent, action);
        } catch (IllegalArgumentException tooLarge) {
            throw RefusedException.invalid(String.valueOf(tooLarge.getMessage()));
        }
    }

    private static ApprovalRequest request(Arguments arguments, @Nullable ProposedAction action) {
        try {
            return new ApprovalRequest(
                    arguments.decisionId(),
                    arguments.text("title", Limits.TITLE),
                    arguments.text("message", Limits.MESSAGE, "description"),
                    arguments.text("approval_route_id", Limits.CHOSEN_ID),
                    arguments.flag("require_rationale"),
                    asInteger(arguments.integer("expires_in_seconds", 1, ApprovalRequest.LONGEST_WAIT.toSeconds())),
                    action,
                    arguments.idempotencyKey());
        } catch (IllegalArgumentException unfit) {
            throw RefusedException.invalid(String.valueOf(unfit.getMessage()));
        }
    }

    private static @Nullable Integer asInteger(@Nullable Long value) {
        return value == null ? null : Math.toIntExact(value);
    }

    private static ObjectNode answer(Approval approval) {
        Answer delivery = new Answer().with("status", approval.deliveryStatus().wireName());
        if (approval.deliveryStatus() == DeliveryStatus.PENDING) {
            delivery.with("note", DELIVERY_NOTE);
        }
        return new Answer()
                .with("approval_id", approval.approvalId())
                .with("status", approval.status().wireName())
                .with("delivery", delivery)
                .with("decision_id", approval.decisionId())
                .with("approval_route_id", approval.approvalRouteId())
                .with("expires_at", approval.expiresAt())
                .json();
    }
}
