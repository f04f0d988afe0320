package com.tracemem.product;

import com.tracemem.product.Condition.Order;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** What a read comes to once it was held against its product. */
public sealed interface PlannedRead {

    /**
     * It fits.
     *
     * @param query what is asked, with values as the fields' types have them: evidence for the trace
     * @param limit most records of the answer; 1 in single mode
     */
    record Planned(
            Product product,
            ObjectNode query,
            List<Condition> conditions,
            List<Order> order,
            ResultMode resultMode,
            int limit)
            implements PlannedRead {
        public Planned {
            conditions = List.copyOf(conditions);
            order = List.copyOf(order);
        }
    }

    /** It does not, and the sentence says why. */
    record Misfit(String sentence) implements PlannedRead {}
}
