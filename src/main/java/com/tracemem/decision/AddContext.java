package com.tracemem.decision;

import com.tracemem.trace.AppendedEvent;
import com.tracemem.trace.Batch;
import com.tracemem.trace.Command;
import com.tracemem.trace.DecisionKey;
import com.tracemem.trace.NewEvent;
import com.tracemem.trace.Outcome;
import com.tracemem.trace.Refusal;
import java.util.Optional;

/** Adds what an agent knows to a decision that is not final. */
record AddContext(DecisionKey decision, String agentId, NewEvent event) implements Command<AppendedEvent> {

    @Override
    public Outcome<AppendedEvent> apply(Batch batch) {
        Optional<Decision> found = batch.rows(DecisionRows.class).find(decision, agentId);
        if (found.isEmpty()) {
            return Decisions.notFound();
        }
        if (found.get().status().isFinal()) {
            return Outcome.refused(
                    Refusal.Code.CONFLICT,
                    "Decision " + decision.decisionId() + " is "
                            + found.get().status().wireName()
                            + " and takes no more context: create a new decision to go on");
        }
        return Outcome.done(batch.append(decision, event));
    }
}
