package com.tracemem.decision;

import com.tracemem.trace.Actor;
import com.tracemem.trace.DecisionKey;
import com.tracemem.trace.Ledger;
import com.tracemem.trace.Outcome;
import com.tracemem.trace.Refusal;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** Records how writes ended, with patience: what happened at the target cannot be taken back. */
final class WriteEnds {
    private static final Logger LOG = LoggerFactory.getLogger(WriteEnds.class);
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

    /** Refused when the ledger takes nothing now: then the write stays without an end until somebody asks again. */
    private Outcome<WriteState> end(DecisionKey decision, WriteState write, Actor actor, FinishWrite.End end)
            throws InterruptedException {
        Outcome<WriteState> outcome = record(new FinishWrite(decision, write, actor, end));
        for (int i = 1; i < MOST_TRIES && isOverloaded(outcome); i++) {
            Thread.sleep(PAUSE);
            outcome = record(new FinishWrite(decision, write, actor, end));
        }
        return outcome;
    }

    private Outcome<WriteState> record(FinishWrite command) {
        try {
            return ledger.execute(command);
        } catch (RuntimeException away) {
            LOG.error(
                    "The end of the write that event {} began could not be recorded",
                    command.write().attempt(),
                    away);
            return Outcome.refused(Refusal.Code.CONFLICT, "The trace could not be written to");
        }
    }

    private static boolean isOverloaded(Outcome<WriteState> outcome) {
        return outcome instanceof Outcome.Refused<WriteState>(Refusal refusal)
                && refusal.code() == Refusal.Code.OVERLOADED;
    }
}
