package com.tracemem.admin;

import com.tracemem.identity.Role;
import com.tracemem.identity.User;
import com.tracemem.identity.UserUpdate;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What to change of a user; what is left out stays as it is. */
record UserPatch(
        @Nullable String name,

        @Schema(
                implementation = String.class,
                allowableValues = {"owner", "admin", "approver", "auditor"})
        @Nullable
        Role role,

        @Schema(allowableValues = {"active", "disabled"}) @Nullable
        String status,

        @Nullable String password) {

    static UserPatch read(Fields fields) {
        Stream.of("name", "role", "status", "password").forEach(fields::refuseNull);
        String name = fields.text("name", AgentPatch.LONGEST_NAME);
        fields.errors().addIf(name != null && name.isBlank(), "name", "is empty; give 1 to 200 characters");
        return new UserPatch(
                name,
                fields.choice("role", Role::parse, UserInput.ROLES),
                fields.choice("status", UserPatch::known, "active or disabled"),
                fields.secret("password", UserInput.LONGEST));
    }

    private static Optional<String> known(String status) {
        return Optional.of(status).filter(s -> s.equals("active") || s.equals("disabled"));
    }

    UserUpdate update() {
        return new UserUpdate(
                Optional.ofNullable(name),
                Optional.ofNullable(role),
                Optional.ofNullable(status).map(s -> User.Status.valueOf(s.toUpperCase(Locale.ROOT))),
                Optional.ofNullable(password));
    }

    @Override
    public String toString() {
        return "UserPatch(%s, %s, %s)".formatted(name, role, status);
    }
}
