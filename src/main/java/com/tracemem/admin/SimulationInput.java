package com.tracemem.admin;

import com.tracemem.policy.DecisionFacts;
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
        JsonNode decision = fields.object("decision");
        if (decision != null) {
            DecisionFacts.errors(decision).forEach(error -> fields.errors().add(error.field(), error.message()));
        }
        Integer version = fields.integer("version", 1, Integer.MAX_VALUE);
        boolean draft = Boolean.TRUE.equals(fields.flag("draft"));
        fields.errors()
                .addIf(
                        draft && version != null,
                        "version",
                        "is given, and so is draft: true; leave one of them out, only one document is tried");
        return new SimulationInput(
                inputs == null ? JsonNodeFactory.instance.objectNode() : inputs, decision, version, draft);
    }
}
