package com.tracemem.product;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** What came of a write. */
public sealed interface WriteResult {

    /**
     * It was committed: now, or by an earlier try of the same write id.
     *
     * @param affected rows
     * @param createdRecords what an insert made, when the product returns it; masked fields masked
     * @param recordedInTarget whether the target keeps the write id, so that it can be asked later
     */
    record Executed(int affected, List<ObjectNode> createdRecords, boolean recordedInTarget) implements WriteResult {
        public Executed {
            createdRecords = List.copyOf(createdRecords);
        }
    }

    /** Certainly nothing happened; the sentence says why. */
    record RolledBack(String sentence) implements WriteResult {}

    /** The connection was lost while the write was being committed, and the target could not be asked. */
    record Unknown(String sentence) implements WriteResult {}
}
