package com.tracemem.admin;

import com.tracemem.approval.Route;
import com.tracemem.identity.FieldErrors;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An approval route as an administrator wants it.
 *
 * @param approvalRouteId left out on creation, it is made of the name
 * @param route the destination within the integration; a webhook needs none
 * @param approvers e-mail addresses, user ids or roles of those who may answer; empty for whoever can reach the
 *     destination
 * @param requiredApprovals how many have to say yes; only 1 for now
 * @param onExpiry what becomes of the decision when nobody answers in time
 * @param allowedAgents ids of the agents that may use the route; empty for every agent whose permissions name it
 */
record RouteInput(
        @Nullable String approvalRouteId,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) String name,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) String integrationId,

        @Nullable JsonNode route,

        @Schema(defaultValue = "false") boolean requireRationale,

        @Schema(defaultValue = "86400", minimum = "1", maximum = "2678400")
        int expiresInSeconds,

        List<String> approvers,

        @Schema(defaultValue = "1", minimum = "1", maximum = "1")
        int requiredApprovals,

        @Schema(
                implementation = String.class,
                defaultValue = "keep",
                allowableValues = {"keep", "reject"})
        Route.OnExpiry onExpiry,

        @Schema(defaultValue = "false") boolean requireBoundAction,

        List<String> allowedAgents) {
    private static final int LONGEST_LIST = 500;
    private static final int LONGEST_DESTINATION = 8000;
    private static final int LONGEST_EXPIRY = 2_678_400;

    static RouteInput read(Fields fields) {
        FieldErrors errors = fields.errors();
        String id = fields.text("approval_route_id", 64);
        errors.addIf(
                id != null && !Route.ID.matcher(id).matches(),
                "approval_route_id",
                "is %s; give 1 to 64 of a-z, 0-9, _ and -".formatted(FieldErrors.quote(String.valueOf(id))));
        JsonNode route = fields.object("route");
        errors.addIf(
                route != null && route.toString().length() > LONGEST_DESTINATION,
                "route",
                "is too long; at most %d characters are possible".formatted(LONGEST_DESTINATION));
        refuseUnfinished(fields);
        Integer expiresIn = fields.integer("expires_in_seconds", 1, LONGEST_EXPIRY);
        Route.OnExpiry onExpiry = fields.choice("on_expiry", RouteInput::onExpiry, "keep or reject");
        return new RouteInput(
                id,
                fields.requiredText("name", AgentPatch.LONGEST_NAME),
                fields.requiredText("integration_id", 64),
                route,
                Boolean.TRUE.equals(fields.flag("require_rationale")),
                expiresIn == null ? (int) Route.DEFAULT_EXPIRY.toSeconds() : expiresIn,
                orEmpty(fields.texts("approvers", LONGEST_LIST, 200)),
                1,
                onExpiry == null ? Route.OnExpiry.KEEP : onExpiry,
                Boolean.TRUE.equals(fields.flag("require_bound_action")),
                orEmpty(fields.texts("allowed_agents", LONGEST_LIST, 64)));
    }

    /** What the route object will have, and who relies on it should hear that it has not yet. */
    private static void refuseUnfinished(Fields fields) {
        Integer required = fields.integer("required_approvals", 1, 100);
        fields.errors()
                .addIf(
                        required != null && required > 1,
                        "required_approvals",
                        "is above 1; this version takes the first answer, so only 1 is possible");
        Stream.of("remind_after_seconds", "escalation")
                .filter(fields::present)
                .forEach(name -> fields.errors()
                        .add(name, "is not possible in this version: it neither reminds nor escalates; leave it out"));
    }

    private static Optional<Route.OnExpiry> onExpiry(String text) {
        return Stream.of(Route.OnExpiry.values())
                .filter(value -> value.wireName().equals(text))
                .findFirst();
    }

    private static List<String> orEmpty(@Nullable List<String> texts) {
        return texts == null ? List.of() : texts;
    }

    /** {@code route_} and the name in the letters that an id may have. */
    String chosenId() {
        if (approvalRouteId != null) {
            return approvalRouteId;
        }
        String slug =
                name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_").replaceAll("^_|_$", "");
        String id = slug.startsWith("route_") ? slug : "route_" + slug;
        return id.length() > 64 ? id.substring(0, 64) : id;
    }

    Route toRoute(String tenantId, String id, Instant now) {
        return new Route(
                tenantId,
                id,
                name,
                integrationId,
                route,
                requireRationale,
                Duration.ofSeconds(expiresInSeconds),
                approvers,
                onExpiry,
                requireBoundAction,
                allowedAgents,
                1,
                now,
                now);
    }
}
