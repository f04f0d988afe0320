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
import com.tracemem.trace.Sha256;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Opens a decision, once for each idempotency key. */
record CreateDecision(
        DecisionKey decision,
        AgentPrincipal agent,
        NewDecision wanted,
        @Nullable Sha256 digest,
        NewEvent event) implements Command<Decision> {

    static CreateDecision of(DecisionKey key, AgentPrincipal agent, NewDecision wanted) {
        NewEvent event =
                NewEvent.of(EventType.DECISION_CREATED, Actor.agent(agent.agentId(), agent.name()), wanted.evidence());
        // of the arguments, to tell a repeated call from another one
        Sha256 digest = wanted.idempotencyKey() == null ? null : event.payload().digest();
        return new CreateDecision(key, agent, wanted, digest, event);
    }

    @Override
    public boolean opensDecision() {
        return true;
    }

    @Override
    public Outcome<Decision> apply(Batch batch) {
        DecisionRows rows = batch.rows(DecisionRows.class);
        Optional<Decision> known = rows.findIdempotent(this);
        if (known.isPresent()) {
            return rows.sameArguments(this)
                    ? Outcome.done(known.get())
                    : Outcome.refused(
                            Refusal.Code.CONFLICT,
                            "The idempotency_key '" + wanted.idempotencyKey() + "' was used for decision "
                                    + known.get().decisionId() + " with other arguments: use a new key");
        }
        Decision opened = new Decision(
                decision.tenantId(),
                decision.decisionId(),
                agent.agentId(),
                wanted.actor() == null ? agent.name() : wanted.actor(),
                wanted.intent(),
                wanted.automationMode(),
                wanted.instance(),
                wanted.version(),
                wanted.metadata(),
                DecisionStatus.OPEN,
                null,
                batch.now(),
                null,
                null,
                null,
                1);
        rows.insert(this, opened);
        batch.append(decision, event);
        return Outcome.done(opened);
    }
}
