package com.tracemem.product;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** What a target remembers of a write id. */
public sealed interface Recorded {

    /** It was committed. */
    record Happened(int affected, List<ObjectNode> createdRecords) implements Recorded {
        public Happened {
            createdRecords = List.copyOf(createdRecords);
        }
    }

    /** It was not, and is not under way either: it may be tried again. */
    record DidNotHappen() implements Recorded {}

    /** The target keeps no record of writes, or cannot be asked now. */
    record CannotTell(String sentence) implements Recorded {}
}
