package com.tracemem.mcp.tool;

import com.tracemem.decision.AutomationMode;
import com.tracemem.decision.Decision;
import com.tracemem.decision.DecisionStatus;
import com.tracemem.decision.Decisions;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.trace.Outcome;
import com.tracemem.trace.Refusal;
import com.tracemem.trace.Trace;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code decision_trace}: what happened in a decision, in order. */
final class DecisionTrace implements Tool {
    private static final int LARGEST_LIMIT = 500;
    private static final int DEFAULT_LIMIT = 200;
    /** Of events in one answer; parsed and written out they take several times as much memory. */
    private static final long MOST_BYTES = 1 << 20;

    private static final ToolDefinition DEFINITION = new ToolDefinition(
            "decision_trace",
            "Get decision trace",
            "Gives the events of a decision in their order, each with the hash that chains it to the one before.",
            Schema.of(
                    Field.required("decision_id", Type.text(), "From decision_create."),
                    Field.optional(
                            "after_seq",
                            Type.count(),
                            "Only events whose seq is greater; the next page's starting point."),
                    Field.optional(
                            "limit",
                            Type.integer(1, LARGEST_LIMIT),
                            "Events at most; " + DEFAULT_LIMIT
                                    + " unless you say otherwise. An answer ends early after about 1 MiB.")),
            Schema.of(
                    Field.required("decision_id", Type.text(), "The decision."),
                    Field.required("intent", Type.text(), "As given when it was opened."),
                    Field.required("status", Type.choice(DecisionStatus.class), "Where the decision stands."),
                    Field.required(
                            "automation_mode", Type.choice(AutomationMode.class), "As chosen when it was opened."),
                    Field.required("actor", Type.text(), "Who acts."),
                    Field.required("created_at", Type.time(), "When it was opened."),
                    Field.optional("closed_at", Type.time(), "When it was closed."),
                    Field.required("events", Type.list(Type.object(WireEvent.SCHEMA)), "Oldest first."),
                    Field.optional(
                            "next_after_seq", Type.count(), "There when there is more: the next call's after_seq.")),
            ToolDefinition.Hints.READS);

    private final Decisions decisions;
    private final Trace trace;

    DecisionTrace(Decisions decisions, Trace trace) {
        this.decisions = decisions;
        this.trace = trace;
    }

    @Override
    public ToolDefinition definition() {
        return DEFINITION;
    }

    @Override
    public Outcome<ObjectNode> call(AgentPrincipal agent, Arguments arguments) {
        String decisionId = arguments.decisionId();
        long afterSeq = arguments.integer("after_seq", 0, Long.MAX_VALUE, 0);
        int limit = Math.toIntExact(arguments.integer("limit", 1, LARGEST_LIMIT, DEFAULT_LIMIT));
        Optional<Decision> found = decisions.find(agent, decisionId);
        if (found.isEmpty()) {
            return Outcome.refused(Refusal.Code.NOT_FOUND, "Decision not found");
        }
        return Outcome.done(answer(found.get(), afterSeq, limit));
    }

    private ObjectNode answer(Decision decision, long afterSeq, int limit) {
        Answer answer = new Answer()
                .with("decision_id", decision.decisionId())
                .with("intent", decision.intent())
                .with("status", decision.status().wireName())
                .with("automation_mode", decision.automationMode().wireName())
                .with("actor", decision.actor())
                .with("created_at", decision.createdAt())
                .with("closed_at", decision.closedAt());
        ArrayNode events = JsonNodeFactory.instance.arrayNode();
        answer.with("events", events);
        Trace.Part part = trace.events(decision.key(), afterSeq, limit, MOST_BYTES);
        List<String> withoutEnd = decisions.writesWithoutEnd(decision.key(), part.events());
        part.events().forEach(event -> events.add(WireEvent.of(event, withoutEnd)));
        if (part.more()) {
            answer.with("next_after_seq", part.events().getLast().seq());
        }
        return answer.json();
    }
}
