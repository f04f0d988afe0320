package com.tracemem.mcp.tool;

import com.tracemem.decision.CloseAction;
import com.tracemem.decision.Decision;
import com.tracemem.decision.DecisionStatus;
import com.tracemem.decision.Decisions;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.trace.Outcome;
import tools.jackson.databind.node.ObjectNode;

/** {@code decision_close}: ends a decision. */
final class DecisionClose implements Tool {
    private static final ToolDefinition DEFINITION = new ToolDefinition(
            "decision_close",
            "Close decision",
            "Ends the decision: commit when you did what you meant to do, abort when you did not or a human said no. Always"
                    + " close what you open; closing again with the same action changes nothing.",
            Schema.of(
                    Field.required("decision_id", Type.text(), "From decision_create."),
                    Field.required("action", Type.choice(CloseAction.class), "commit or abort."),
                    Field.optional("reason", Type.text(Limits.SUMMARY), "Why, above all for an abort."),
                    Field.optional(
                            "summary",
                            Type.textOrObject(Limits.SUMMARY),
                            "What came of it, as text or as an object of at most 64 KiB.")),
            Schema.of(
                    Field.required("decision_id", Type.text(), "The decision."),
                    Field.required("status", Type.choice(DecisionStatus.class), "committed or aborted."),
                    Field.required("closed_at", Type.time(), "When it was closed.")),
            ToolDefinition.Hints.ENDS);

    private final Decisions decisions;

    DecisionClose(Decisions decisions) {
        this.decisions = decisions;
    }

    @Override
    public ToolDefinition definition() {
        return DEFINITION;
    }

    @Override
    public Outcome<ObjectNode> call(AgentPrincipal agent, Arguments arguments) {
        return decisions
                .close(
                        agent,
                        arguments.decisionId(),
                        arguments.requiredChoice("action", CloseAction::parse, "outcome"),
                        arguments.text("reason", Limits.SUMMARY),
                        arguments.textOrObject("summary", Limits.SUMMARY, Limits.OBJECT_BYTES))
                .map(DecisionClose::answer);
    }

    private static ObjectNode answer(Decision decision) {
        return new Answer()
                .with("decision_id", decision.decisionId())
                .with("status", decision.status().wireName())
                .with("closed_at", decision.closedAt())
                .json();
    }
}
