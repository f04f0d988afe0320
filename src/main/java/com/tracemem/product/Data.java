package com.tracemem.product;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The room's door for decisions: holds requests against products, which is pure, and carries them out, which is I/O and
 * must not happen within a database transaction of ours.
 */
public final class Data {
    private static final Logger log = LoggerFactory.getLogger(Data.class);
    private static final String GONE =
            "The connector of this product is gone: an administrator has to mend the product";

    private static final String MARKED =
            "; the product is marked, and its schema_changes say how the source has changed";

    private final Connectors connectors;
    private final Schemas schemas;
    private final DataStore store;
    private final ReadMemory memory = new ReadMemory();

    public Data(Connectors connectors, Schemas schemas, DataStore store) {
        this.connectors = connectors;
        this.schemas = schemas;
        this.store = store;
    }

    /** Holds a read against its product. */
    public PlannedRead plan(Product product, ReadRequest request) {
        return ReadPlanner.plan(product, request);
    }

    /** What a tenant's next read may take of the memory for large answers; to be closed when its records were used. */
    public ReadMemory.Share readMemory(String tenantId) {
        return memory.share(tenantId);
    }

    /** Carries a read out. */
    public ReadResult read(PlannedRead.Planned read, ReadMemory.Share share) {
        return reach(read.product(), access -> store.read(access, read, share), ReadResult.Unavailable::new);
    }

    /** Holds a write against its product; also a proposed action, so that all forms of it have one digest. */
    public PlannedWrite plan(Product product, WriteRequest request) {
        return WritePlanner.plan(product, request);
    }

    /**
     * Whether the target of a product remembers writes. That is to be known, and kept, before a write begins: what a memory
     * does not know proves something only about writes that it was to remember.
     */
    public TargetMemory memory(Product product) {
        return reach(product, store::memory, TargetMemory.Unreachable::new);
    }

    /** The same without I/O; null when it is not known. */
    public @Nullable TargetMemory knownMemory(Product product) {
        Optional<ConnectorAccess> access = connectors.access(product.tenantId(), product.connectorId());
        return access.isPresent() ? store.knownMemory(access.get()) : null;
    }

    /**
     * Carries a write out, in one transaction.
     *
     * @param writeId at most 200 characters; the same one never takes effect twice where the target remembers it
     * @param memory that has to remember it, or nothing is written; null where the target remembers nothing
     */
    public WriteResult write(PlannedWrite.Planned write, String writeId, @Nullable String memory) {
        return reach(
                write.product(), access -> store.write(access, write, writeId, memory), WriteResult.RolledBack::new);
    }

    /**
     * Asks the target what became of a write whose end was not seen. What did not happen by then never will.
     *
     * @param memory that was to remember it; null for none
     */
    public Recorded recorded(Product product, String writeId, @Nullable String memory) {
        return reach(product, access -> store.recorded(access, product, writeId, memory), Recorded.CannotTell::new);
    }

    /** The records that a write made, as far as the target remembers them and can be asked. */
    public List<ObjectNode> created(Product product, String writeId) {
        return reach(product, access -> store.created(access, product, writeId), unreached -> List.of());
    }

    /**
     * Makes the target of a product forget writes that nobody will ask about any more; does nothing when it cannot now.
     *
     * @param settled which of some write ids need no record any more
     * @return how many were forgotten
     */
    public int prune(Product product, Duration olderThan, UnaryOperator<List<String>> settled) {
        try {
            return connectors
                    .access(product.tenantId(), product.connectorId())
                    .map(access -> store.prune(access, olderThan, settled))
                    .orElse(0);
        } catch (SourceUnavailable unavailable) {
            log.info("Old records of writes behind {} stay: {}", product.connectorId(), unavailable.sentence());
            return 0;
        }
    }

    private <R> R reach(Product product, Function<ConnectorAccess, R> use, Function<String, R> unreached) {
        Optional<ConnectorAccess> access = Optional.empty();
        try {
            access = connectors.access(product.tenantId(), product.connectorId());
            if (access.isEmpty()) {
                return unreached.apply(GONE);
            }
            R result = use.apply(access.get());
            connectors.report(access.get(), null);
            return result;
        } catch (SourceChanged changed) {
            schemas.discoverSoon(product.tenantId(), product.connectorId());
            return unreached.apply(changed.sentence() + MARKED);
        } catch (SourceUnavailable unavailable) {
            access.ifPresent(found -> connectors.report(found, unavailable.sentence()));
            return unreached.apply(unavailable.sentence());
        }
    }
}
