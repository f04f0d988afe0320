package com.tracemem.admin;

import com.tracemem.identity.User;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/** A user as administrators see them. */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record UserResource(
        String userId,
        String email,
        String name,
        String role,
        String status,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant lastLoginAt) {

    static UserResource of(User user) {
        return new UserResource(
                user.userId(),
                user.email(),
                user.name(),
                user.role().wireName(),
                user.status().name().toLowerCase(Locale.ROOT),
                user.createdAt(),
                user.updatedAt(),
                user.lastLoginAt().orElse(null));
    }
}
