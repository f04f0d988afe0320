package com.tracemem.trace;

import com.tracemem.store.RoundTrip;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/**
 * A room's tables within one batch: read before the commands run, written after they ran, with as few round
 * trips to the database as possible. An instance lives for one batch.
 */
public interface Rows {

    /**
     * Reads what the commands will ask for, as far as this node does not know it. The tenants of the commands are locked by
     * an earlier statement of the trip.
     */
    default void load(RoundTrip trip, List<Command<?>> commands, Recent recent) throws SQLException {}

    /**
     * Reads what can only be asked for when the first answers are there.
     *
     * @param batch gives the rows of the rooms, with what {@link #load} read
     */
    default void loadNext(RoundTrip trip, List<Command<?>> commands, Batch batch) throws SQLException {}

    /** Writes what the commands changed. */
    void save(RoundTrip trip) throws SQLException;

    /** Keeps what later batches will ask for again; called after the commit. */
    default void keep(Recent recent) {}

    /** Makes the instance for one batch. */
    @FunctionalInterface
    interface Factory<T extends Rows> {
        T open(Instant now);
    }
}
