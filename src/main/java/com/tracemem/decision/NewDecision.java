package com.tracemem.decision;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an agent asks for when it opens a decision.
 *
 * @param actor who acts; null for the agent itself
 * @param metadata an object that is kept as it is
 * @param idempotencyKey the same key again gives the same decision
 */
public record NewDecision(
        String intent,
        AutomationMode automationMode,
        @Nullable String actor,
        @Nullable String instance,
        @Nullable String version,
        @Nullable JsonNode metadata,
        @Nullable String idempotencyKey) {

    /** What was asked, as the trace keeps it; the idempotency key is not part of it. */
    ObjectNode evidence() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("intent", intent);
        json.put("automation_mode", automationMode.wireName());
        putIfPresent(json, "actor", actor);
        putIfPresent(json, "instance", instance);
        putIfPresent(json, "version", version);
        if (metadata != null) {
            json.set("metadata", metadata);
        }
        return json;
    }

    private static void putIfPresent(ObjectNode json, String name, @Nullable String value) {
        if (value != null) {
            json.put(name, value);
        }
    }
}
