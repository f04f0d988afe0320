package com.tracemem.trace;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/**
 * A room's tables within one batch: read once before the commands run, written once after they ran, with as few
 * statements as possible. An instance lives for one batch.
 */
public interface Rows {

    /**
     * Reads what the commands will ask for. The tenants of the commands are locked already.
     *
     * @param batch gives the rows of rooms that were loaded before this one
     */
    void load(Connection connection, List<Command<?>> commands, Batch batch) throws SQLException;

    /** Writes what the commands changed. */
    void save(Connection connection) throws SQLException;

    /** Makes the instance for one batch. */
    @FunctionalInterface
    interface Factory<T extends Rows> {
        T open(Instant now);
    }
}
