package com.tracemem.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The defaults of a schema of an object, and of the objects within it. */
final class Defaults {
    private record Field(String name, @Nullable JsonNode value, Defaults within) {}

    private final List<Field> fields;

    private Defaults(List<Field> fields) {
        this.fields = List.copyOf(fields);
    }

    static Defaults of(ObjectNode root) {
        return of(root, root, 0);
    }

    private static Defaults of(ObjectNode root, JsonNode unresolved, int depth) {
        JsonNode schema = SchemaCheck.resolve(root, unresolved);
        List<Field> fields = new ArrayList<>();
        if (depth <= PolicyText.DEEPEST) {
            for (Map.Entry<String, JsonNode> property :
                    schema.path("properties").properties()) {
                JsonNode value = SchemaCheck.resolve(root, property.getValue()).get("default");
                Defaults within = of(root, property.getValue(), depth + 1);
                if (value != null || !within.fields.isEmpty()) {
                    fields.add(new Field(property.getKey(), value, within));
                }
            }
        }
        return new Defaults(fields);
    }

    /** A copy with the defaults of whatever is absent. */
    ObjectNode filled(ObjectNode object) {
        ObjectNode copy = object.objectNode();
        copy.setAll(object);
        for (Field field : fields) {
            JsonNode present = copy.get(field.name());
            JsonNode value = present == null ? field.value() : present;
            if (value instanceof ObjectNode inner && !field.within().fields.isEmpty()) {
                copy.set(field.name(), field.within().filled(inner));
            } else if (present == null && value != null) {
                copy.set(field.name(), value);
            }
        }
        return copy;
    }
}
