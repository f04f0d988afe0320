package com.tracemem.product;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What a target remembers of a write id. */
public sealed interface Recorded {

    /** It was committed. */
    record Happened(int affected, List<ObjectNode> createdRecords) implements Recorded {
        public Happened {
            createdRecords = List.copyOf(createdRecords);
        }

        /** From what {@link #created} wrote. */
        public static Happened of(int affected, @Nullable String created) {
            return new Happened(affected, created == null ? List.of() : JsonText.parseObjects(created));
        }

        /** How a target keeps records; null for none. */
        public static @Nullable String created(List<ObjectNode> records) {
            return records.isEmpty() ? null : JsonText.array(records);
        }
    }

    /** It was not, and is not under way either: it may be tried again. */
    record DidNotHappen() implements Recorded {}

    /** The target keeps no record of writes, or cannot be asked now. */
    record CannotTell(String sentence) implements Recorded {}
}
