package com.tracemem.mcp.tool;

import com.tracemem.trace.Event;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** An event as agents see it: its fixed fields and, beside them, the fields of its payload. */
final class WireEvent {
    /** Where payload fields go whose name is one of the fixed ones. */
    private static final String ASIDE = "payload";

    static final Schema SCHEMA = Schema.of(
            Field.required("event_id", Type.text(), "The event."),
            Field.required("seq", Type.count(), "Its place in the tenant's log."),
            Field.required("decision_seq", Type.count(), "Its place in the decision's trace, from 1, without gaps."),
            Field.required("type", Type.text(), "Its short type: read, write, evaluate, approval, context, close, …"),
            Field.required("event_type", Type.text(), "Its exact type."),
            Field.required("timestamp", Type.time(), "When it happened."),
            Field.required("actor", Type.object(), "Who did it: kind, id, name."),
            Field.optional("previous_hash", Type.text(), "The hash of the decision's event before; not in the first."),
            Field.required("hash", Type.text(), "SHA-256 of the event with previous_hash in it, in hex."),
            Field.optional(ASIDE, Type.object(), "Fields of the event that share a name with one of these."));

    private WireEvent() {}

    /** @param withoutEnd the events that tell of a write which has no end yet: their outcome is unknown */
    static ObjectNode of(Event event, List<String> withoutEnd) {
        ObjectNode json = new Answer()
                .with("event_id", event.eventId())
                .with("seq", event.seq())
                .with("decision_seq", event.decisionSeq())
                .with("type", event.type().shortName())
                .with("event_type", event.type().wireName())
                .with("timestamp", event.time())
                .with("actor", event.actor())
                .json();
        ObjectNode aside = JsonNodeFactory.instance.objectNode();
        event.payload().properties().forEach(field -> {
            boolean reserved =
                    SCHEMA.fields().stream().anyMatch(fixed -> fixed.name().equals(field.getKey()));
            (reserved ? aside : json).set(field.getKey(), field.getValue());
        });
        if (withoutEnd.contains(event.eventId())) {
            json.put("outcome", "unknown");
        }
        if (!aside.isEmpty()) {
            json.set(ASIDE, aside);
        }
        if (event.previousHash() != null) {
            json.put("previous_hash", event.previousHash());
        }
        return json.put("hash", event.hash());
    }
}
