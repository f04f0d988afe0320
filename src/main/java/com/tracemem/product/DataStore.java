package com.tracemem.product;

import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What stands behind a connector. All of it is I/O and takes as long as the connector's timeouts at most. What cannot be
 * reached is told by {@link SourceUnavailable}, and then nothing happened.
 */
public interface DataStore {

    ReadResult read(ConnectorAccess access, PlannedRead.Planned read);

    /**
     * Writes all or nothing in one transaction.
     *
     * @param writeId at most 200 characters; the same one never takes effect twice where the target can keep it
     */
    WriteResult write(ConnectorAccess access, PlannedWrite.Planned write, String writeId);

    /**
     * Whether a write took effect; a write that is under way is waited for.
     *
     * @param age how long ago it was begun: a target cannot tell about what it was not yet asked to remember
     */
    Recorded recorded(ConnectorAccess access, String writeId, String productId, Duration age);

    /**
     * Makes a target forget writes that nobody will ask about any more.
     *
     * @param olderThan by the target's clock
     * @param settled which of some write ids need no record any more
     * @return how many were forgotten
     * @throws SourceUnavailable with a sentence
     */
    int prune(ConnectorAccess access, Duration olderThan, UnaryOperator<List<String>> settled);

    /** Tries the connection step by step; nothing is changed. */
    ConnectorTest test(ConnectorAccess access);

    /**
     * What the database holds.
     *
     * @throws SourceUnavailable with a sentence
     */
    SourceSchema discover(ConnectorAccess access);

    /**
     * What a query answers with, as a table without a name of its own.
     *
     * @throws SourceUnavailable with a sentence; a {@link SourceChanged} when the database refuses the query itself
     */
    SourceSchema.Table describe(ConnectorAccess access, Source.Query query);

    /** Closes what is open for a connector that was changed or deleted. */
    void forget(String tenantId, String connectorId);
}
