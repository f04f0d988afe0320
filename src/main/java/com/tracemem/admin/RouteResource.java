package com.tracemem.admin;

import com.tracemem.approval.Route;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * An approval route.
 *
 * @param version counts its changes, from 1
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record RouteResource(
        String approvalRouteId,
        int version,
        String name,
        String integrationId,
        @Nullable JsonNode route,
        boolean requireRationale,
        long expiresInSeconds,
        List<String> approvers,
        int requiredApprovals,

        @Schema(allowableValues = {"keep", "reject"}) String onExpiry,

        boolean requireBoundAction,
        List<String> allowedAgents,
        Instant createdAt,
        Instant updatedAt) {

    static RouteResource of(Route route) {
        return new RouteResource(
                route.approvalRouteId(),
                route.version(),
                route.name(),
                route.integrationId(),
                route.route(),
                route.requireRationale(),
                route.expiresIn().toSeconds(),
                route.approvers(),
                1,
                route.onExpiry().wireName(),
                route.requireBoundAction(),
                route.allowedAgents(),
                route.createdAt(),
                route.updatedAt());
    }
}
