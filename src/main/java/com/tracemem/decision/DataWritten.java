package com.tracemem.decision;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an agent is told about a write that was made.
 *
 * @param eventId the event that tells of its end
 * @param affected rows
 * @param createdRecords what the target made of an insert, where the product gives it; null where it does not, or cannot be
 *     asked any more
 * @param remarks what of the call was ignored
 */
public record DataWritten(
        String eventId, int affected, @Nullable List<ObjectNode> createdRecords, List<String> remarks) {
    public DataWritten {
        remarks = List.copyOf(remarks);
    }

    DataWritten with(List<String> more) {
        return new DataWritten(eventId, affected, createdRecords, more);
    }
}
