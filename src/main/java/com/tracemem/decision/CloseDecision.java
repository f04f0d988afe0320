package com.tracemem.decision;

import com.tracemem.identity.AgentPrincipal;
import com.tracemem.trace.Actor;
import com.tracemem.trace.Batch;
import com.tracemem.trace.Command;
import com.tracemem.trace.DecisionKey;
import com.tracemem.trace.EventType;
import com.tracemem.trace.NewEvent;
import com.tracemem.trace.Outcome;
import com.tracemem.trace.Refusal;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Ends a decision; doing so again with the same outcome changes nothing. */
record CloseDecision(
        DecisionKey decision,
        AgentPrincipal agent,
        CloseAction action,
        @Nullable String reason,
        @Nullable JsonNode summary,
        NewEvent event,
        List<ClosingStep> steps)
        implements Command<Decision>, NeedsPolicies, NeedsWrites {

    static CloseDecision of(
            DecisionKey key,
            AgentPrincipal agent,
            CloseAction action,
            @Nullable String reason,
            @Nullable JsonNode summary,
            List<ClosingStep> steps) {
        ObjectNode payload = JsonNodeFactory.instance.objectNode();
        payload.put("action", action.wireName());
        payload.put("status", action.result().wireName());
        if (reason != null) {
            payload.put("reason", reason);
        }
        if (summary != null) {
            payload.set("summary", summary);
        }
        NewEvent event = NewEvent.of(EventType.DECISION_CLOSED, Actor.agent(agent.agentId(), agent.name()), payload);
        return new CloseDecision(key, agent, action, reason, summary, event, steps);
    }

    @Override
    public Outcome<Decision> apply(Batch batch) {
        DecisionRows rows = batch.rows(DecisionRows.class);
        Optional<Decision> found = rows.find(decision, agent.agentId());
        if (found.isEmpty()) {
            return Decisions.notFound();
        }
        Decision before = found.get();
        if (before.status() == action.result()) {
            return Outcome.done(before);
        }
        Optional<Refusal> refusal = refusal(before, rows);
        if (refusal.isPresent()) {
            return new Outcome.Refused<>(refusal.get());
        }
        Actor actor = Actor.agent(agent.agentId(), agent.name());
        steps.forEach(step -> step.closing(before, action, actor, batch));
        Decision after = before.movedTo(action.result()).closed(batch.now(), reason, summary);
        rows.update(after, batch);
        batch.append(decision, event);
        return Outcome.done(after);
    }

    private Optional<Refusal> refusal(Decision before, DecisionRows rows) {
        if (before.status().isFinal()) {
            return Optional.of(new Refusal(
                    Refusal.Code.CONFLICT,
                    "Decision " + decision.decisionId() + " is already "
                            + before.status().wireName() + " and cannot become "
                            + action.result().wireName() + ": create a new decision to go on"));
        }
        return action == CloseAction.COMMIT
                ? CommitGate.refusal(
                        before,
                        rows.isAnswerable(decision),
                        rows.policies().of(decision),
                        rows.writes().open(decision))
                : Optional.empty();
    }
}
