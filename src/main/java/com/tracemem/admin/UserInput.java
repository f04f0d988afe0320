package com.tracemem.admin;

import com.tracemem.identity.Role;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A new user.
 *
 * @param password left out for somebody who logs in elsewhere
 */
record UserInput(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) String email,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) String name,

        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                implementation = String.class,
                allowableValues = {"owner", "admin", "approver", "auditor"})
        Role role,

        @Nullable String password) {
    static final String ROLES = "owner, admin, approver or auditor";
    static final int LONGEST = 1000;

    static UserInput read(Fields fields) {
        Role role = fields.choice("role", Role::parse, ROLES);
        fields.errors().addIf(!fields.present("role"), "role", "is missing; use " + ROLES);
        return new UserInput(
                fields.requiredText("email", LONGEST),
                fields.requiredText("name", AgentPatch.LONGEST_NAME),
                role == null ? Role.AUDITOR : role,
                fields.secret("password", LONGEST));
    }

    @Override
    public String toString() {
        return "UserInput(" + email + ")";
    }
}
