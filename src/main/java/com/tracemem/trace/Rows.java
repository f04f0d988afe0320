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

    /** Reads what the commands will ask for. The tenants of the commands are locked by an earlier statement. */
    default void load(RoundTrip trip, List<Command<?>> commands) throws SQLException {}

    /**
     * Reads what can only be asked for when the first answers are there.
     *
     * @param batch gives the rows of the rooms, with what {@link #load} read
     */
    default void loadNext(RoundTrip trip, List<Command<?>> commands, Batch batch) throws SQLException {}

    /** Writes what the commands changed. */
    void save(RoundTrip trip) throws SQLException;

    /** Makes the instance for one batch. */
    @FunctionalInterface
    interface Factory<T extends Rows> {
        T open(Instant now);
    }
}
