package com.tracemem.admin;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What to try on the past.
 *
 * @param version which one; left out, the draft
 */
record BacktestInput(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) Instant from,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) Instant to,

        @Nullable Integer version) {

    static BacktestInput read(Fields fields) {
        Instant from = fields.time("from");
        Instant to = fields.time("to");
        fields.errors().addIf(!fields.present("from"), "from", "is missing; give a time such as 2026-01-31T12:00:00Z");
        fields.errors().addIf(!fields.present("to"), "to", "is missing; give a time such as 2026-01-31T12:00:00Z");
        fields.errors().addIf(from != null && to != null && !from.isBefore(to), "to", "is not after from");
        return new BacktestInput(
                from == null ? Instant.EPOCH : from,
                to == null ? Instant.EPOCH : to,
                fields.integer("version", 1, Integer.MAX_VALUE));
    }
}
