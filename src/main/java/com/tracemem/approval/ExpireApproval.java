package com.tracemem.approval;

import com.tracemem.decision.DecisionRows;
import com.tracemem.trace.Batch;
import com.tracemem.trace.DecisionKey;
import com.tracemem.trace.Outcome;
import java.util.Optional;

/** Notes that an approval's time is over, unless it was answered meanwhile. */
record ExpireApproval(DecisionKey decision, String approvalId) implements ApprovalCommand<Boolean> {

    @Override
    public Outcome<Boolean> apply(Batch batch) {
        Optional<Approval> due = batch.rows(ApprovalRows.class)
                .find(decision, approvalId)
                .filter(approval -> approval.isDue(batch.now()));
        due.ifPresent(approval -> Resolution.expire(
                batch, batch.rows(DecisionRows.class).find(decision).orElseThrow(), approval));
        return Outcome.done(due.isPresent());
    }
}
