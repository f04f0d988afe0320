package com.tracemem.approval;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A route's terms as its version table keeps them. */
final class RouteDocument {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private RouteDocument() {}

    static String write(Route route) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("name", route.name());
        json.put("integration_id", route.integrationId());
        json.set("route", route.route());
        json.put("require_rationale", route.requireRationale());
        json.put("expires_in_seconds", route.expiresIn().toSeconds());
        texts(json.putArray("approvers"), route.approvers());
        json.put("on_expiry", route.onExpiry().wireName());
        json.put("require_bound_action", route.requireBoundAction());
        texts(json.putArray("allowed_agents"), route.allowedAgents());
        return json.toString();
    }

    static Route read(
            String tenantId,
            String approvalRouteId,
            int version,
            Instant createdAt,
            Instant updatedAt,
            String document) {
        JsonNode json = MAPPER.readTree(document);
        JsonNode destination = json.get("route");
        return new Route(
                tenantId,
                approvalRouteId,
                json.required("name").stringValue(),
                json.required("integration_id").stringValue(),
                destination == null || destination.isNull() ? null : destination,
                json.required("require_rationale").booleanValue(),
                Duration.ofSeconds(json.required("expires_in_seconds").longValue()),
                texts(json.get("approvers")),
                Route.OnExpiry.valueOf(json.required("on_expiry").stringValue().toUpperCase(Locale.ROOT)),
                json.required("require_bound_action").booleanValue(),
                texts(json.get("allowed_agents")),
                version,
                createdAt,
                updatedAt);
    }

    private static void texts(ArrayNode array, List<String> values) {
        values.forEach(array::add);
    }

    private static List<String> texts(@Nullable JsonNode array) {
        List<String> values = new ArrayList<>();
        if (array != null) {
            array.forEach(value -> values.add(value.stringValue()));
        }
        return values;
    }
}
