package com.tracemem.identity;

import java.util.Optional;

/** What to change of a user; an empty field stays as it is. */
public record UserUpdate(
        Optional<String> name, Optional<Role> role, Optional<User.Status> status, Optional<String> password) {

    public static UserUpdate none() {
        return new UserUpdate(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    public UserUpdate withRole(Role newRole) {
        return new UserUpdate(name, Optional.of(newRole), status, password);
    }

    public UserUpdate withStatus(User.Status newStatus) {
        return new UserUpdate(name, role, Optional.of(newStatus), password);
    }

    public UserUpdate withPassword(String newPassword) {
        return new UserUpdate(name, role, status, Optional.of(newPassword));
    }

    @Override
    public String toString() {
        return "UserUpdate(name=%s, role=%s, status=%s, password %s)"
                .formatted(name, role, status, password.isPresent() ? "given" : "not given");
    }
}
