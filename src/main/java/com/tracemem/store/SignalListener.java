package com.tracemem.store;

/** Is told that something may have changed. Runs on the signals' own thread, so it only hands work on. */
@FunctionalInterface
public interface SignalListener {
    void signalled(String payload);

    /** The connection is new: signals may have been lost, so look at the database. */
    default void reconnected() {
        signalled("");
    }
}
