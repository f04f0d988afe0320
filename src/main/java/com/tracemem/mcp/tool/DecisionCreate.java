package com.tracemem.mcp.tool;

import com.tracemem.decision.AutomationMode;
import com.tracemem.decision.Decision;
import com.tracemem.decision.DecisionStatus;
import com.tracemem.decision.Decisions;
import com.tracemem.decision.NewDecision;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.trace.Outcome;
import tools.jackson.databind.node.ObjectNode;

/** {@code decision_create}: opens an envelope. */
final class DecisionCreate implements Tool {
    private static final ToolDefinition DEFINITION = new ToolDefinition(
            "decision_create",
            "Create decision",
            "Opens a decision envelope. Everything you do next names its decision_id. Call this first, before you read,"
                    + " ask or change anything.",
            Schema.of(
                    Field.required(
                            "intent",
                            Type.text(Limits.INTENT),
                            "What you mean to do, such as customer.discount.apply."),
                    Field.required(
                            "automation_mode",
                            Type.choice(AutomationMode.class),
                            "How far you may go alone: propose, approve (a human must approve before anything is"
                                    + " committed), override, autonomous. It cannot be changed later."),
                    Field.optional(
                            "actor", Type.text(Limits.NAME), "Who acts; your agent's name unless you say otherwise."),
                    Field.optional("instance", Type.text(Limits.NAME), "Which running copy of the agent this is."),
                    Field.optional("version", Type.text(Limits.NAME), "The agent's version."),
                    Field.optional(
                            "metadata", Type.object(), "Anything worth keeping with the decision, at most 64 KiB."),
                    Field.optional(
                            "idempotency_key",
                            Type.text(Limits.IDEMPOTENCY_KEY),
                            "Repeat a call with the same key and it gives the same decision instead of a second one.")),
            Schema.of(
                    Field.required("decision_id", Type.text(), "Names the decision in every other call."),
                    Field.required("status", Type.choice(DecisionStatus.class), "open for a new decision."),
                    Field.required("created_at", Type.time(), "When it was opened.")),
            ToolDefinition.Hints.ADDS);

    private final Decisions decisions;

    DecisionCreate(Decisions decisions) {
        this.decisions = decisions;
    }

    @Override
    public ToolDefinition definition() {
        return DEFINITION;
    }

    @Override
    public Outcome<ObjectNode> call(AgentPrincipal agent, Arguments arguments) {
        NewDecision wanted = new NewDecision(
                arguments.requiredText("intent", Limits.INTENT),
                arguments.requiredChoice("automation_mode", AutomationMode::parse),
                arguments.text("actor", Limits.NAME),
                arguments.text("instance", Limits.NAME),
                arguments.text("version", Limits.NAME),
                arguments.object("metadata", Limits.OBJECT_BYTES),
                arguments.idempotencyKey());
        return decisions.create(agent, wanted).map(DecisionCreate::answer);
    }

    private static ObjectNode answer(Decision decision) {
        return new Answer()
                .with("decision_id", decision.decisionId())
                .with("status", decision.status().wireName())
                .with("created_at", decision.createdAt())
                .json();
    }
}
