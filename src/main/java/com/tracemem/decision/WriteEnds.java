package com.tracemem.decision;

import com.tracemem.trace.Actor;
import com.tracemem.trace.DecisionKey;
import com.tracemem.trace.Ledger;
import com.tracemem.trace.Outcome;
import com.tracemem.trace.Refusal;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Records how writes ended, with patience: what happened at the target cannot be taken back. */
final class WriteEnds {
    private static final int MOST_TRIES = 50;
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final Ledger ledger;

    WriteEnds(Ledger ledger) {
        this.ledger = ledger;
    }

    /** @param microseconds null when it was found out later */
    Outcome<WriteState> executed(
            DecisionKey decision,
            WriteState write,
            Actor actor,
            int affected,
            List<ObjectNode> created,
            @Nullable Long microseconds)
            throws InterruptedException {
        return end(
                decision,
                write,
                actor,
                new FinishWrite.End(
                        WriteState.Status.EXECUTED,
                        affected,
                        created.size(),
                        microseconds == null ? "found_out_later" : null,
                        microseconds));
    }

    void rolledBack(DecisionKey decision, WriteState write, Actor actor, String reason, @Nullable Long microseconds)
            throws InterruptedException {
        Outcome<WriteState> ignored = end(
                decision,
                write,
                actor,
                new FinishWrite.End(WriteState.Status.ROLLED_BACK, null, 0, reason, microseconds));
    }

    void unknown(DecisionKey decision, WriteState write, Actor actor) throws InterruptedException {
        Outcome<WriteState> ignored =
                end(decision, write, actor, new FinishWrite.End(WriteState.Status.UNKNOWN, null, 0, null, null));
    }

    private Outcome<WriteState> end(DecisionKey decision, WriteState write, Actor actor, FinishWrite.End end)
            throws InterruptedException {
        Outcome<WriteState> outcome = ledger.execute(new FinishWrite(decision, write, actor, end));
        for (int i = 1; i < MOST_TRIES && isOverloaded(outcome); i++) {
            Thread.sleep(PAUSE);
            outcome = ledger.execute(new FinishWrite(decision, write, actor, end));
        }
        return outcome;
    }

    private static boolean isOverloaded(Outcome<WriteState> outcome) {
        return outcome instanceof Outcome.Refused<WriteState>(Refusal refusal)
                && refusal.code() == Refusal.Code.OVERLOADED;
    }
}
