package com.tracemem.admin;

import com.tracemem.identity.AgentPermissions;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A new agent.
 *
 * @param permissions what it may do; left out, nothing but open decisions and add to them
 */
record AgentInput(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) String name,

        @Nullable String description,
        AgentPermissions permissions) {

    static AgentInput read(Fields fields) {
        AgentPermissions permissions = fields.permissions("permissions");
        return new AgentInput(
                fields.requiredText("name", AgentPatch.LONGEST_NAME),
                fields.text("description", AgentPatch.LONGEST_DESCRIPTION),
                permissions == null ? AgentPermissions.none() : permissions);
    }
}
