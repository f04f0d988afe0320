package com.tracemem.product;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** What came of a read. */
public sealed interface ReadResult {

    /**
     * The records, in the order of the product's fields, with what is masked masked.
     *
     * @param truncated whether there were more than the limit let through
     * @param digest SHA-256 of the records as they are answered, as 64 hexadecimal digits
     */
    record Rows(List<ObjectNode> records, boolean truncated, String digest) implements ReadResult {
        public Rows {
            records = List.copyOf(records);
        }

        /** With the digest of the records as one JSON array, without white space, each field in its place. */
        public static Rows of(List<ObjectNode> records, boolean truncated) {
            return new Rows(records, truncated, JsonText.sha256(JsonText.array(records)));
        }

        public int rowCount() {
            return records.size();
        }
    }

    /** In single mode the query met more than one record. */
    record NotSingle(String sentence) implements ReadResult {}

    /** The answer is large, and so are many others just now; the sentence says what to do. */
    record Crowded(String sentence) implements ReadResult {}

    /** The source could not answer; the sentence says what to do. */
    record Unavailable(String sentence) implements ReadResult {}
}
