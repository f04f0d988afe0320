package com.tracemem.mcp.tool;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The JSON Schema of an object: its fields, in the order in which they are shown. */
public record Schema(List<Field> fields) {

    public Schema {
        fields = List.copyOf(fields);
    }

    public static Schema of(Field... fields) {
        return new Schema(List.of(fields));
    }

    Schema and(Field field) {
        List<Field> all = new ArrayList<>(fields);
        all.add(field);
        return new Schema(all);
    }

    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("type", "object");
        ObjectNode properties = json.putObject("properties");
        ArrayNode required = JsonNodeFactory.instance.arrayNode();
        for (Field field : fields) {
            properties.set(field.name(), field.toJson());
            if (field.required()) {
                required.add(field.name());
            }
        }
        if (!required.isEmpty()) {
            json.set("required", required);
        }
        return json;
    }
}
