package com.tracemem.policy;

import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Counts what it takes to check a value with a schema, by walking both together, before it is done. */
final class SchemaWork {
    /** Of the meter, for one schema applied to one value. */
    private static final int STEPS = 10;
    /** Where the walk is not worth while: that many schemas times values. */
    private static final int FEW = 100;

    private static final int CHARACTERS_OF_A_FORMAT_A_STEP = 8;
    private static final int COMPARISONS_A_STEP = 64;

    private final ObjectNode root;
    private final int schemas;
    private final boolean patterns;

    SchemaWork(ObjectNode root, SchemaCheck check) {
        this.root = root;
        this.schemas = check.nodes();
        this.patterns = check.hasPatterns();
    }

    int schemas() {
        return schemas;
    }

    /** @throws Meter.SpentException when it is too much */
    void spend(JsonNode inputs, int values, Meter meter) {
        if (!patterns && schemas * values <= FEW) {
            meter.spend(schemas * values * STEPS);
        } else {
            walk(root, inputs, meter);
        }
    }

    private void walk(JsonNode schema, JsonNode value, Meter meter) {
        meter.spend(STEPS);
        if (!schema.isObject()) {
            return;
        }
        for (Map.Entry<String, JsonNode> word : schema.properties()) {
            JsonNode inner = word.getValue();
            switch (word.getKey()) {
                case "$ref" -> {
                    JsonNode target = SchemaCheck.target(root, schema);
                    if (target != null) {
                        walk(target, value, meter);
                    }
                }
                case "pattern" -> {
                    if (value.isString()) {
                        match(inner.asString(""), value.stringValue(), meter);
                    }
                }
                case "format" -> {
                    if (value.isString()) {
                        meter.spend(STEPS + value.stringValue().length() / CHARACTERS_OF_A_FORMAT_A_STEP);
                    }
                }
                case "properties" -> {
                    for (Map.Entry<String, JsonNode> property : inner.properties()) {
                        JsonNode field = value.get(property.getKey());
                        if (field != null) {
                            walk(property.getValue(), field, meter);
                        }
                    }
                }
                case "patternProperties" -> {
                    for (Map.Entry<String, JsonNode> property : inner.properties()) {
                        for (Map.Entry<String, JsonNode> field : value.properties()) {
                            match(property.getKey(), field.getKey(), meter);
                            walk(property.getValue(), field.getValue(), meter);
                        }
                    }
                }
                case "propertyNames" -> {
                    for (String name : value.propertyNames()) {
                        walk(inner, JsonNodeFactory.instance.stringNode(name), meter);
                    }
                }
                case "additionalProperties", "unevaluatedProperties", "items", "unevaluatedItems", "contains" -> {
                    for (JsonNode child : value) {
                        walk(inner, child, meter);
                    }
                }
                case "prefixItems" -> {
                    for (int i = 0; i < Math.min(inner.size(), value.size()); i++) {
                        walk(inner.get(i), value.get(i), meter);
                    }
                }
                case "allOf", "anyOf", "oneOf", "dependentSchemas" -> {
                    for (JsonNode each : inner) {
                        walk(each, value, meter);
                    }
                }
                case "not", "if", "then", "else" -> walk(inner, value, meter);
                case "required" -> absent(inner, value, meter);
                case "dependentRequired" -> {
                    for (Map.Entry<String, JsonNode> needed : inner.properties()) {
                        meter.spend(1);
                        if (value.has(needed.getKey())) {
                            absent(needed.getValue(), value, meter);
                        }
                    }
                }
                case "enum", "const" -> {
                    compare(inner, meter);
                    meter.spend(value.size());
                }
                // values whose hashes are the same are compared each with each
                case "uniqueItems" -> meter.spend(value.size() + value.size() * value.size() / COMPARISONS_A_STEP);
                default -> {
                    // takes no longer with larger values
                }
            }
        }
    }

    /** Each name is looked for; one that is not there is a problem of its own. */
    private static void absent(JsonNode names, JsonNode value, Meter meter) {
        if (value.isObject()) {
            for (JsonNode name : names) {
                meter.spend(value.has(name.asString("")) ? 1 : STEPS);
            }
        }
    }

    private static void compare(JsonNode wanted, Meter meter) {
        meter.spend(1);
        for (JsonNode inner : wanted) {
            compare(inner, meter);
        }
    }

    private static void match(String pattern, String text, Meter meter) {
        meter.spend(Meter.stepsOfMatching(text.length(), Regexes.size(pattern)));
    }
}
