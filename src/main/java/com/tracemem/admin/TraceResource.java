package com.tracemem.admin;

import com.tracemem.decision.Decision;
import com.tracemem.trace.Event;
import com.tracemem.trace.Trace;
import com.tracemem.trace.WireTime;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A decision with events of its trace, in their order.
 *
 * @param events each {@code {event_id, seq, decision_seq, type, event_type, timestamp, actor, …, previous_hash, hash}}
 * @param nextAfterSeq the {@code after_seq} of the next page; null when nothing follows
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record TraceResource(
        String decisionId,
        String intent,
        String status,
        String automationMode,
        String actor,
        Instant createdAt,
        @Nullable Instant closedAt,

        @ArraySchema(schema = @Schema(implementation = EventSchema.class))
        List<JsonNode> events,

        @Nullable Long nextAfterSeq) {

    /**
     * @param withoutEnd the events that tell of a write which has no end yet: their outcome is unknown
     * @param withLeaf whether each event brings the exact text that was hashed
     */
    static TraceResource of(Decision decision, Trace.Part part, List<String> withoutEnd, boolean withLeaf) {
        return new TraceResource(
                decision.decisionId(),
                decision.intent(),
                decision.status().wireName(),
                decision.automationMode().wireName(),
                decision.actor(),
                decision.createdAt(),
                decision.closedAt(),
                part.events().stream()
                        .<JsonNode>map(event -> json(event, withoutEnd, withLeaf))
                        .toList(),
                part.more() ? part.events().getLast().seq() : null);
    }

    private static ObjectNode json(Event event, List<String> withoutEnd, boolean withLeaf) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("event_id", event.eventId());
        json.put("seq", event.seq());
        json.put("decision_seq", event.decisionSeq());
        json.put("type", event.type().shortName());
        json.put("event_type", event.type().wireName());
        json.put("timestamp", WireTime.format(event.time()));
        json.set("actor", event.actor());
        // a payload's own field never hides one of the envelope
        event.payload().properties().forEach(field -> json.putIfAbsent(field.getKey(), field.getValue()));
        if (withoutEnd.contains(event.eventId())) {
            json.put("outcome", "unknown");
        }
        if (event.previousHash() != null) {
            json.put("previous_hash", event.previousHash());
        }
        json.put("hash", event.hash());
        if (withLeaf) {
            json.put("leaf", event.leaf());
        }
        return json;
    }
}
