package com.tracemem.trace;

/**
 * Something to be done to one decision, atomically with the events that tell of it.
 *
 * @param <R> what the caller is told when it is done
 */
public interface Command<R> {

    /** The decision that this is about. */
    DecisionKey decision();

    /** Whether the decision begins with this command, under an id that nobody else can have. */
    default boolean opensDecision() {
        return false;
    }

    /**
     * Decides against the state in the batch and writes to it. Runs in memory while the tenant is locked: no I/O, no
     * waiting. It may run more than once, when a commit had to be repeated, so it keeps no state of its own. A refusal
     * must be returned before anything is changed.
     */
    Outcome<R> apply(Batch batch);
}
