package com.tracemem.mcp.tool;

import com.tracemem.decision.Decisions;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.trace.AppendedEvent;
import com.tracemem.trace.Outcome;
import tools.jackson.databind.node.ObjectNode;

/** {@code decision_add_context}: keeps what the agent knows. */
final class DecisionAddContext implements Tool {
    private static final ToolDefinition DEFINITION = new ToolDefinition(
            "decision_add_context",
            "Add context",
            "Adds what you know, found out or considered to the decision's trace. Approvers are shown the summaries, so"
                    + " add context before you ask.",
            Schema.of(
                    Field.required("decision_id", Type.text(), "From decision_create."),
                    Field.required(
                            "context",
                            Type.object(),
                            "Facts, as an object of at most 64 KiB; kept exactly as sent. Of anything larger, send a reference."),
                    Field.optional("summary", Type.text(Limits.SUMMARY), "One line for people.")),
            Schema.of(
                    Field.required("event_id", Type.text(), "The event in the trace."),
                    Field.required("timestamp", Type.time(), "When it was written.")),
            ToolDefinition.Hints.ADDS);

    private final Decisions decisions;

    DecisionAddContext(Decisions decisions) {
        this.decisions = decisions;
    }

    @Override
    public ToolDefinition definition() {
        return DEFINITION;
    }

    @Override
    public Outcome<ObjectNode> call(AgentPrincipal agent, Arguments arguments) {
        String decisionId = arguments.decisionId();
        ObjectNode context = arguments.requiredObject("context", Limits.OBJECT_BYTES, "payload");
        String summary = arguments.text("summary", Limits.SUMMARY);
        return decisions.addContext(agent, decisionId, context, summary).map(DecisionAddContext::answer);
    }

    private static ObjectNode answer(AppendedEvent event) {
        return new Answer()
                .with("event_id", event.eventId())
                .with("timestamp", event.time())
                .json();
    }
}
