package com.tracemem.product;

import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What stands behind a connector. All of it is I/O and takes as long as the connector's timeouts at most. What cannot be
 * reached is told by {@link SourceUnavailable}, and then nothing happened.
 */
public interface DataStore {

    /**
     * Reads, in bounded memory whatever the source holds.
     *
     * @param memory of which a large answer takes what it needs; to be closed when the answer was used
     */
    ReadResult read(ConnectorAccess access, PlannedRead.Planned read, ReadMemory.Share memory);

    /**
     * Whether the target remembers writes, and by which memory. Asks it, unless that is known.
     *
     * @throws SourceUnavailable when it cannot be found out now
     */
    TargetMemory memory(ConnectorAccess access);

    /** The same without I/O; null when it is not known. */
    @Nullable
    TargetMemory knownMemory(ConnectorAccess access);

    /**
     * Writes all or nothing in one transaction.
     *
     * @param writeId at most 200 characters; the same one never takes effect twice where the target remembers it
     * @param memory that has to remember it, or nothing is written; null where the target remembers nothing
     */
    WriteResult write(ConnectorAccess access, PlannedWrite.Planned write, String writeId, @Nullable String memory);

    /**
     * Whether a write took effect. One that is under way is waited for, and one that did not take effect never will: the
     * target is made to refuse it.
     *
     * @param memory that was to remember it; null for none
     */
    Recorded recorded(ConnectorAccess access, Product product, String writeId, @Nullable String memory);

    /**
     * The records that a write made, as far as the target remembers them; changes nothing.
     *
     * @throws SourceUnavailable with a sentence
     */
    List<ObjectNode> created(ConnectorAccess access, Product product, String writeId);

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
