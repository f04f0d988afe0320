package com.tracemem.product;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** What a target remembers of a write id. */
public sealed interface Recorded {

    /**
     * It was committed.
     *
     * @param createdRecords what an insert made, when the product returns it: as it was made where it still is so, else the
     *     keys alone
     */
    record Happened(int affected, List<ObjectNode> createdRecords) implements Recorded {
        public Happened {
            createdRecords = List.copyOf(createdRecords);
        }
    }

    /** It was not, and never will be: what is still on its way to the target is refused there. */
    record DidNotHappen() implements Recorded {}

    /** The target keeps no record of writes, or not the one that was to know this write, or cannot be asked now. */
    record CannotTell(String sentence) implements Recorded {}
}
