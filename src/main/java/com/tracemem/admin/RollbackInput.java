package com.tracemem.admin;

import io.swagger.v3.oas.annotations.media.Schema;

/** Which version's document to publish again. */
record RollbackInput(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) int version) {

    static RollbackInput read(Fields fields) {
        Integer version = fields.integer("version", 1, Integer.MAX_VALUE);
        fields.errors().addIf(!fields.present("version"), "version", "is missing; give the number of a version");
        return new RollbackInput(version == null ? 0 : version);
    }
}
