package com.tracemem.trace;

import java.time.Instant;

/** What a {@link Command} sees of the transaction it runs in. */
public interface Batch {

    /** The time of everything in this batch, in whole milliseconds. */
    Instant now();

    /** Writes the next event of a decision. */
    AppendedEvent append(DecisionKey decision, NewEvent event);

    /** The position in the decision's trace of its newest event, 0 when there is none. */
    int lastDecisionSeq(DecisionKey decision);

    /** The rows of a room that was registered with the {@link Ledger}. */
    <T extends Rows> T rows(Class<T> type);

    /**
     * Wakes whoever listens on a channel, on this node and the others, once the batch is durable. A listener gets the
     * lines of one batch in one message, parted by line feeds. A hint that may get lost: listeners poll as well.
     *
     * @param line plain ASCII without line feeds
     */
    void signal(String channel, String line);
}
