package com.tracemem.decision;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an agent is given of a read that is in the trace.
 *
 * @param truncated whether there were more records than the limit let through
 */
public record DataRead(String eventId, List<ObjectNode> records, boolean truncated) {
    public DataRead {
        records = List.copyOf(records);
    }
}
