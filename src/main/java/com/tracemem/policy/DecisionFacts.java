package com.tracemem.policy;

import com.tracemem.identity.FieldError;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What never changes about a decision, for conditions to ask about as {@code decision.<name>}. Immutable. */
public final class DecisionFacts {
    private static final int BYTES_A_VALUE = 64;
    private static final int BYTES_A_CHARACTER = 2;

    private static final int LONGEST_NAME = 80;
    private static final String AUTOMATION_MODE = "automation_mode";
    /** As on the wire. */
    private static final Set<String> MODES = Set.of("propose", "approve", "override", "autonomous");

    static final Shape.Fields SHAPE = shape();

    private final Map<String, Object> values;
    private final int bytes;

    /** @param metadata an object, as the agent gave it */
    public DecisionFacts(
            String intent,
            String automationMode,
            String actor,
            String agentId,
            @Nullable String instance,
            @Nullable String version,
            @Nullable JsonNode metadata) {
        Map<String, Object> facts = new HashMap<>();
        facts.put("intent", intent);
        facts.put(AUTOMATION_MODE, automationMode);
        facts.put("actor", actor);
        facts.put("agent_id", agentId);
        if (instance != null) {
            facts.put("instance", instance);
        }
        if (version != null) {
            facts.put("version", version);
        }
        if (metadata != null) {
            facts.put("metadata", CelValues.of(metadata, new Shape.Anything()));
        }
        values = Collections.unmodifiableMap(facts);
        bytes = bytes(facts);
    }

    private static Shape.Fields shape() {
        Map<String, Shape> fields = new LinkedHashMap<>();
        for (String name : new String[] {"intent", AUTOMATION_MODE, "actor", "agent_id", "instance", "version"}) {
            fields.put(name, new Shape.Text());
        }
        fields.put("metadata", new Shape.OpenObject());
        return new Shape.Fields("decision", fields);
    }

    /** What is wrong with an object of imagined facts: names that conditions cannot ask about, and values of another kind. */
    public static List<FieldError> errors(JsonNode json) {
        List<FieldError> errors = new ArrayList<>();
        json.properties().forEach(fact -> {
            String wrong = wrong(fact.getKey(), fact.getValue());
            if (wrong != null) {
                errors.add(new FieldError("decision." + Wording.line(fact.getKey(), LONGEST_NAME), wrong));
            }
        });
        return errors;
    }

    private static @Nullable String wrong(String name, JsonNode value) {
        Shape shape = SHAPE.fields().get(name);
        return switch (shape) {
            case null ->
                "is no fact of a decision" + Suggestion.of(name, SHAPE.fields().keySet());
            case Shape.OpenObject metadata ->
                value.isObject() ? null : "is " + Wording.kind(value) + "; give an object";
            default ->
                !value.isString()
                        ? "is " + Wording.kind(value) + "; give a text"
                        : name.equals(AUTOMATION_MODE) && !MODES.contains(value.stringValue())
                                ? "is " + Wording.quote(value.stringValue())
                                        + "; use propose, approve, override or autonomous"
                                : null;
        };
    }

    /**
     * Facts from an object with some of them, as a simulation gives them; the others are empty texts.
     *
     * @param json without {@link #errors}
     */
    public static DecisionFacts of(@Nullable JsonNode json) {
        return new DecisionFacts(
                text(json, "intent", ""),
                text(json, AUTOMATION_MODE, "propose"),
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

    /** Made once, because metadata may be large and a decision evaluates more than once. */
    Map<String, Object> values() {
        return values;
    }

    /** Bytes of memory, roughly. */
    public int bytes() {
        return bytes;
    }

    private static int bytes(Object value) {
        return BYTES_A_VALUE
                + switch (value) {
                    case String text -> BYTES_A_CHARACTER * text.length();
                    case Map<?, ?> map ->
                        map.entrySet().stream()
                                .mapToInt(entry -> bytes(entry.getKey()) + bytes(entry.getValue()))
                                .sum();
                    case List<?> list ->
                        list.stream().mapToInt(DecisionFacts::bytes).sum();
                    default -> 0;
                };
    }
}
