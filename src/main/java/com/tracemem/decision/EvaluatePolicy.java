package com.tracemem.decision;

import com.tracemem.trace.AppendedEvent;
import com.tracemem.trace.Batch;
import com.tracemem.trace.Command;
import com.tracemem.trace.DecisionKey;
import com.tracemem.trace.NewEvent;
import com.tracemem.trace.Outcome;
import com.tracemem.trace.Refusal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Records what a policy said, unless the decision is bound to another version of it.
 *
 * @param said the evaluation; its position in the trace is not known yet
 * @param inputsJson canonical; null when the tenant does not keep them
 */
record EvaluatePolicy(
        DecisionKey decision,
        String agentId,
        PolicyState said,
        @Nullable String inputsJson,
        NewEvent event) implements Command<EvaluatePolicy.Recorded>, NeedsPolicies {

    sealed interface Recorded {
        record Done(AppendedEvent event) implements Recorded {}

        /** Nothing was recorded: the decision evaluated another version first, and keeps it. */
        record BoundTo(int version) implements Recorded {}
    }

    @Override
    public Outcome<Recorded> apply(Batch batch) {
        DecisionRows rows = batch.rows(DecisionRows.class);
        Optional<Decision> found = rows.find(decision, agentId);
        if (found.isEmpty()) {
            return Decisions.notFound();
        }
        DecisionStatus status = found.get().status();
        if (status.isFinal() || status == DecisionStatus.REJECTED) {
            return Outcome.refused(
                    Refusal.Code.CONFLICT,
                    "Decision " + decision.decisionId() + " is " + status.wireName()
                            + " and evaluates no more policies: create a new decision to go on");
        }
        Optional<PolicyState> before = rows.policies().find(decision, said.policyId());
        if (before.isPresent() && before.get().version() != said.version()) {
            return Outcome.done(new Recorded.BoundTo(before.get().version()));
        }
        AppendedEvent appended = batch.append(decision, event);
        rows.policies()
                .evaluated(
                        decision,
                        said.at(appended.decisionSeq()),
                        status == DecisionStatus.NEEDS_APPROVAL,
                        inputsJson,
                        batch.now());
        return Outcome.done(new Recorded.Done(appended));
    }
}
