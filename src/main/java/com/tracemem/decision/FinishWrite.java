package com.tracemem.decision;

import com.tracemem.trace.Actor;
import com.tracemem.trace.AppendedEvent;
import com.tracemem.trace.Batch;
import com.tracemem.trace.Command;
import com.tracemem.trace.DecisionKey;
import com.tracemem.trace.EventType;
import com.tracemem.trace.NewEvent;
import com.tracemem.trace.Outcome;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Records how a write ended, also when its decision was closed meanwhile. Whoever comes second, the one who made the write
 * or one who asked the target about it, finds what the first recorded; that a write was made wins over everything.
 */
record FinishWrite(DecisionKey decision, WriteState write, Actor actor, End end)
        implements Command<WriteState>, NeedsWrites {
    /** Why a write that this attempt asked for had no effect. */
    static final String REFUSED_BY_TARGET = "refused_by_target";

    /**
     * How it ended.
     *
     * @param affected rows; null unless it was made
     * @param created records that the target made and the agent is given
     * @param microseconds that the target took; null when the end was found out later
     */
    record End(
            WriteState.Status status,
            @Nullable Integer affected,
            int created,
            @Nullable String reason,
            @Nullable Long microseconds) {}

    @Override
    public String wantedWriteId() {
        return write.writeId();
    }

    @Override
    public boolean wantsGrants() {
        return true;
    }

    @Override
    public Outcome<WriteState> apply(Batch batch) {
        WriteRows writes = batch.rows(DecisionRows.class).writes();
        WriteState before = writes.find(decision, write.writeId()).orElse(write);
        boolean executed = end.status() == WriteState.Status.EXECUTED;
        boolean overtaken = !before.attempt().equals(write.attempt()) || !before.isOpen();
        if (before.status() == WriteState.Status.EXECUTED
                || (overtaken && !executed)
                || before.status() == end.status()) {
            return Outcome.done(before);
        }
        AppendedEvent appended = batch.append(decision, NewEvent.of(EventType.WRITE, actor, evidence()));
        WriteState after = before.ended(end.status(), end.affected(), appended.eventId());
        writes.put(decision, after);
        if (end.status() == WriteState.Status.ROLLED_BACK) {
            release(writes.grants());
        }
        return Outcome.done(after);
    }

    /** What was not used is there for another write. No attempt of this one can take effect later: that is certain by now. */
    private void release(GrantRows grants) {
        if (write.approvalId() != null) {
            grants.find(decision, write.approvalId())
                    .filter(grant -> write.writeId().equals(grant.writeId()))
                    .ifPresent(grant -> grants.put(decision, grant.usedFor(null)));
        }
    }

    private ObjectNode evidence() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("started_event_id", write.attempt());
        json.put("product", write.productId());
        json.put("product_version", write.productVersion());
        json.put("outcome", end.status().wireName());
        if (end.affected() != null) {
            json.put("affected", end.affected());
        }
        if (end.created() > 0) {
            json.put("created_records", end.created());
        }
        if (end.reason() != null) {
            json.put("reason", end.reason());
        }
        if (end.microseconds() != null) {
            json.put("duration_us", end.microseconds());
        }
        return json;
    }
}
