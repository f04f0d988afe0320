package com.tracemem.product;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What a write comes to once it was held against its product. */
public sealed interface PlannedWrite {

    /**
     * It fits.
     *
     * @param mutation the one canonical form of all the forms it may have been sent in, with values as the fields' types
     *     have them: {@code {"operation": "update", "keys": ["id"], "records": [{"id": 1, "tier": "gold"}]}}; {@code keys}
     *     is left out of an insert. Approvals are bound to it, and policies see it
     * @param rows what is written, record by record
     * @param remarks what of the request was ignored
     */
    record Planned(Product product, ObjectNode mutation, List<Row> rows, List<String> remarks) implements PlannedWrite {
        public Planned {
            rows = List.copyOf(rows);
            remarks = List.copyOf(remarks);
        }

        public Operation operation() {
            return product.operation();
        }
    }

    /**
     * One record.
     *
     * @param keys which record is meant; empty for an insert
     * @param values what is set; empty for a delete
     */
    record Row(List<Value> keys, List<Value> values) {
        public Row {
            keys = List.copyOf(keys);
            values = List.copyOf(values);
        }
    }

    /** A field and what it is or becomes. */
    record Value(Field field, @Nullable Object value) {}

    /** It does not fit, and the sentence says why. */
    record Misfit(String sentence) implements PlannedWrite {}
}
