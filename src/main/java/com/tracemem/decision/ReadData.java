package com.tracemem.decision;

import com.tracemem.trace.AppendedEvent;
import com.tracemem.trace.Batch;
import com.tracemem.trace.Command;
import com.tracemem.trace.DecisionKey;
import com.tracemem.trace.NewEvent;
import com.tracemem.trace.Outcome;
import com.tracemem.trace.Refusal;
import java.util.Optional;

/** Records that data was read, unless the decision is over: then the agent is not given what was read. */
record ReadData(DecisionKey decision, String agentId, NewEvent event) implements Command<AppendedEvent> {

    @Override
    public Outcome<AppendedEvent> apply(Batch batch) {
        Optional<Decision> found = batch.rows(DecisionRows.class).find(decision, agentId);
        if (found.isEmpty()) {
            return Decisions.notFound();
        }
        DecisionStatus status = found.get().status();
        return status.isFinal() || status == DecisionStatus.REJECTED
                ? Outcome.refused(
                        Refusal.Code.CONFLICT,
                        "Decision " + decision.decisionId() + " is " + status.wireName()
                                + " and reads no more data: create a new decision to go on")
                : Outcome.done(batch.append(decision, event));
    }
}
