package com.tracemem.admin;

import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What to try on a policy.
 *
 * @param decision facts of an imagined decision: intent, automation_mode, actor, agent_id, instance, version, metadata
 * @param version which one; left out, the published one, or the draft when nothing is published
 * @param draft whether to try the draft
 */
record SimulationInput(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) JsonNode inputs,

        @Nullable JsonNode decision,
        @Nullable Integer version,
        boolean draft) {

    static SimulationInput read(Fields fields) {
        JsonNode inputs = fields.object("inputs");
        fields.errors().addIf(!fields.present("inputs"), "inputs", "is missing; give an object with the inputs");
        return new SimulationInput(
                inputs == null ? JsonNodeFactory.instance.objectNode() : inputs,
                fields.object("decision"),
                fields.integer("version", 1, Integer.MAX_VALUE),
                Boolean.TRUE.equals(fields.flag("draft")));
    }
}
