package com.tracemem.admin;

import com.tracemem.identity.Tenants;
import com.tracemem.identity.UserPrincipal;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/** Tells callers who they are. */
@RestController
@Tag(name = "Login")
final class MeController {
    private final Tenants tenants;

    MeController(Tenants tenants) {
        this.tenants = tenants;
    }

    /** The caller, the tenant, and what the caller may do. */
    record Me(Person user, Home tenant, String role) {

        /** The caller. */
        @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
        record Person(String userId, String email, String name) {}

        /** The caller's tenant. */
        @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
        record Home(String tenantId, String name) {}
    }

    @GetMapping("/v1/me")
    @Operation(summary = "Who am I?")
    Me me(@AuthenticationPrincipal UserPrincipal user) {
        String tenant = tenants.find(user.tenantId())
                .orElseThrow(() -> RefusedException.notFound("tenant"))
                .name();
        return new Me(
                new Me.Person(user.userId(), user.email(), user.name()),
                new Me.Home(user.tenantId(), tenant),
                user.role().wireName());
    }
}
