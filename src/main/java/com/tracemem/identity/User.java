package com.tracemem.identity;

import java.time.Instant;
import java.util.Optional;

/** A person of a tenant. */
public record User(
        String tenantId,
        String userId,
        String email,
        String name,
        Role role,
        Status status,
        Instant createdAt,
        Instant updatedAt,
        Optional<Instant> lastLoginAt) {

    /** A disabled user can neither log in nor use a token that is still running. */
    public enum Status {
        ACTIVE,
        DISABLED
    }

    UserPrincipal principal() {
        return new UserPrincipal(tenantId, userId, email, name, role);
    }
}
