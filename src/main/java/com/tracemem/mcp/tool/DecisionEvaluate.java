package com.tracemem.mcp.tool;

import com.tracemem.decision.Evaluations;
import com.tracemem.decision.PolicyEvaluated;
import com.tracemem.decision.Reads;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.policy.Evaluation;
import com.tracemem.policy.PolicyOutcome;
import com.tracemem.trace.Outcome;
import tools.jackson.databind.node.ObjectNode;

/** {@code decision_evaluate}: asks a policy. */
final class DecisionEvaluate implements Tool {
    private static final ToolDefinition DEFINITION = new ToolDefinition(
            "decision_evaluate",
            "Evaluate policy",
            "Asks a policy whether what you want to do is allowed: allow, deny, or requires_exception. After"
                    + " requires_exception ask a human with decision_request_approval; the policy's route is taken unless you"
                    + " name one. A deny stays until an evaluation with other inputs allows.",
            Schema.of(
                    Field.required("decision_id", Type.text(), "From decision_create."),
                    Field.required(
                            "policy_id", Type.text(Limits.CHOSEN_ID), "Which policy; capabilities_get lists yours."),
                    Field.optional("inputs", Type.object(), "What the policy needs to know, by name."),
                    Field.optional(
                            "inputs_ref",
                            Type.text(Limits.CHOSEN_ID),
                            "Instead of inputs: the event_id of a read in this decision that gave one record; its fields are"
                                    + " the inputs.")),
            Schema.of(
                    Field.required("event_id", Type.text(), "The event in the trace."),
                    Field.required("policy_id", Type.text(), "The policy."),
                    Field.required(
                            "policy_version",
                            Type.count(),
                            "The version; a decision keeps the one that it evaluated first."),
                    Field.required("policy_hash", Type.text(), "SHA-256 of the version's document, in hex."),
                    Field.required("outcome", Type.choice(PolicyOutcome.class), "What the policy says."),
                    Field.required("allowed", Type.flag(), "Whether you may go on without asking anybody."),
                    Field.required("requires_approval", Type.flag(), "Whether a human has to allow it."),
                    Field.required(
                            "rationale",
                            Type.object(Schema.of(
                                    Field.required("message", Type.text(), "Why, in a sentence."),
                                    Field.required("rule", Type.text(), "The rule that counts, or default."),
                                    Field.optional(
                                            "reason",
                                            Type.text(),
                                            "evaluation_error when the rule could not be evaluated."),
                                    Field.optional(
                                            "threshold",
                                            Type.number(),
                                            "The number that the rule compares its input with."),
                                    Field.optional(
                                            "nearest_allowed",
                                            Type.object(),
                                            "An input with the nearest value that would be allowed."))),
                            "Why the policy says so."),
                    Field.optional("approval_route_id", Type.text(), "The route that the exception is asked over.")),
            ToolDefinition.Hints.ADDS);

    private final Evaluations evaluations;
    private final Reads reads;

    DecisionEvaluate(Evaluations evaluations, Reads reads) {
        this.evaluations = evaluations;
        this.reads = reads;
    }

    @Override
    public ToolDefinition definition() {
        return DEFINITION;
    }

    @Override
    public Outcome<ObjectNode> call(AgentPrincipal agent, Arguments arguments) {
        String decisionId = arguments.decisionId();
        String policyId = arguments.requiredText("policy_id", Limits.CHOSEN_ID, "policy");
        String reference = arguments.text("inputs_ref", Limits.CHOSEN_ID);
        ObjectNode inputs = arguments.object("inputs");
        if (inputs != null) {
            if (reference != null) {
                arguments.warn("'inputs_ref' was ignored because 'inputs' is there");
            }
            return evaluations.evaluate(agent, decisionId, policyId, inputs).map(DecisionEvaluate::answer);
        }
        if (reference == null) {
            throw RefusedException.invalid("inputs is required");
        }
        return switch (reads.inputs(agent, decisionId, reference)) {
            case Outcome.Refused<ObjectNode> refused -> new Outcome.Refused<>(refused.refusal());
            case Outcome.Done<ObjectNode>(ObjectNode record) ->
                evaluations
                        .evaluate(agent, decisionId, policyId, record, reference)
                        .map(DecisionEvaluate::answer);
        };
    }

    private static ObjectNode answer(PolicyEvaluated evaluated) {
        Evaluation evaluation = evaluated.evaluation();
        return new Answer()
                .with("event_id", evaluated.eventId())
                .with("policy_id", evaluated.policyId())
                .with("policy_version", evaluated.version())
                .with("policy_hash", evaluated.hash().hex())
                .with("outcome", evaluation.outcome().wireName())
                .with("allowed", evaluation.outcome() == PolicyOutcome.ALLOW)
                .with("requires_approval", evaluation.outcome() == PolicyOutcome.REQUIRES_EXCEPTION)
                .with("rationale", evaluation.rationale())
                .with(
                        "approval_route_id",
                        evaluation.approval() == null
                                ? null
                                : evaluation.approval().route())
                .json();
    }
}
