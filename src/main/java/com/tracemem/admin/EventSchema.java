package com.tracemem.admin;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Describes an event of a trace for the API's description; further fields are those of its type. */
@Schema(name = "Event", additionalProperties = Schema.AdditionalPropertiesValue.TRUE)
record EventSchema(
        String eventId,
        long seq,
        int decisionSeq,
        String type,
        String eventType,
        Instant timestamp,
        Actor actor,
        @Nullable String previousHash,

        @Schema(description = "Hexadecimal SHA-256 of the leaf, the event's canonical JSON")
        String hash,

        @Schema(description = "With leaf=true: the exact text that was hashed") @Nullable
        String leaf) {

    /** Who did it. */
    @Schema(name = "Actor")
    record Actor(
            String kind,
            String id,
            @Nullable String name,
            @Nullable String email,
            @Nullable String channel) {}
}
