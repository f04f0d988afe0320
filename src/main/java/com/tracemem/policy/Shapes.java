package com.tracemem.policy;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Derives {@link Shape}s from a checked schema. */
final class Shapes {
    private final ObjectNode root;

    Shapes(ObjectNode root) {
        this.root = root;
    }

    Shape.Fields root() {
        return fields("inputs", root, 0);
    }

    private Shape.Fields fields(String name, JsonNode schema, int depth) {
        Map<String, Shape> fields = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            fields.put(property.getKey(), shape(name + "." + property.getKey(), property.getValue(), depth + 1));
        }
        return new Shape.Fields(name, fields);
    }

    private Shape shape(String name, JsonNode unresolved, int depth) {
        JsonNode schema = SchemaCheck.resolve(root, unresolved);
        if (depth > PolicyText.DEEPEST || !schema.path("type").isString()) {
            return new Shape.Anything();
        }
        return switch (schema.get("type").stringValue()) {
            case "number" -> new Shape.Decimal();
            case "integer" -> new Shape.Whole();
            case "string" -> new Shape.Text();
            case "boolean" -> new Shape.Flag();
            case "array" ->
                new Shape.ListOf(
                        schema.path("items").isObject()
                                ? shape(name + "[]", schema.get("items"), depth + 1)
                                : new Shape.Anything());
            case "object" ->
                schema.path("properties").isObject() ? fields(name, schema, depth) : new Shape.OpenObject();
            default -> new Shape.Anything();
        };
    }
}
