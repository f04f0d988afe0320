package com.tracemem.policy;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What never changes about a decision, for conditions to ask about as {@code decision.<name>}.
 *
 * @param metadata an object, as the agent gave it
 */
public record DecisionFacts(
        String intent,
        String automationMode,
        String actor,
        String agentId,
        @Nullable String instance,
        @Nullable String version,
        @Nullable JsonNode metadata) {

    static final Shape.Fields SHAPE = shape();

    private static Shape.Fields shape() {
        Map<String, Shape> fields = new LinkedHashMap<>();
        for (String name : new String[] {"intent", "automation_mode", "actor", "agent_id", "instance", "version"}) {
            fields.put(name, new Shape.Text());
        }
        fields.put("metadata", new Shape.OpenObject());
        return new Shape.Fields("decision", fields);
    }

    /** Facts from an object with some of them, as a simulation gives them; the others are empty texts. */
    public static DecisionFacts of(@Nullable JsonNode json) {
        return new DecisionFacts(
                text(json, "intent", ""),
                text(json, "automation_mode", "propose"),
                text(json, "actor", ""),
                text(json, "agent_id", ""),
                optional(json, "instance"),
                optional(json, "version"),
                json == null || !json.path("metadata").isObject() ? null : json.get("metadata"));
    }

    private static String text(@Nullable JsonNode json, String name, String otherwise) {
        String value = optional(json, name);
        return value == null ? otherwise : value;
    }

    private static @Nullable String optional(@Nullable JsonNode json, String name) {
        return json != null && json.path(name).isString() ? json.get(name).stringValue() : null;
    }

    Map<String, Object> values() {
        Map<String, Object> values = new HashMap<>();
        values.put("intent", intent);
        values.put("automation_mode", automationMode);
        values.put("actor", actor);
        values.put("agent_id", agentId);
        if (instance != null) {
            values.put("instance", instance);
        }
        if (version != null) {
            values.put("version", version);
        }
        if (metadata != null) {
            values.put("metadata", CelValues.of(metadata, new Shape.Anything()));
        }
        return values;
    }
}
