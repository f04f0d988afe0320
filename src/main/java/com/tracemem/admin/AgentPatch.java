package com.tracemem.admin;

import com.tracemem.identity.Agent;
import com.tracemem.identity.AgentPermissions;
import com.tracemem.identity.AgentUpdate;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What to change of an agent; what is left out stays as it is, a null description is removed. */
record AgentPatch(
        @Nullable String name,
        @Nullable String description,

        @Schema(allowableValues = {"active", "disabled"}) @Nullable
        String status,

        @Nullable AgentPermissions permissions) {
    static final int LONGEST_NAME = 200;
    static final int LONGEST_DESCRIPTION = 2000;

    static AgentPatch read(Fields fields) {
        Stream.of("name", "status", "permissions").forEach(fields::refuseNull);
        String name = fields.text("name", LONGEST_NAME);
        fields.errors().addIf(name != null && name.isBlank(), "name", "is empty; give 1 to 200 characters");
        boolean removed = fields.has("description");
        String description = fields.text("description", LONGEST_DESCRIPTION);
        return new AgentPatch(
                name,
                removed && description == null ? "" : description,
                fields.choice("status", AgentPatch::known, "active or disabled"),
                fields.permissions("permissions"));
    }

    private static Optional<String> known(String status) {
        return Optional.of(status).filter(s -> s.equals("active") || s.equals("disabled"));
    }

    AgentUpdate update() {
        return new AgentUpdate(
                Optional.ofNullable(name),
                Optional.ofNullable(description),
                Optional.ofNullable(status).map(s -> Agent.Status.valueOf(s.toUpperCase(Locale.ROOT))),
                Optional.ofNullable(permissions));
    }
}
