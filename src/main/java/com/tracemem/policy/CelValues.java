package com.tracemem.policy;

import dev.cel.common.values.NullValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Turns JSON into the values that conditions work on. */
final class CelValues {
    private CelValues() {}

    /** A number is a double where the schema says number, so that {@code 1} and {@code 1.0} mean the same. */
    static Object of(JsonNode json, Shape shape) {
        return switch (json.getNodeType()) {
            case OBJECT -> {
                Map<String, Object> map = HashMap.newHashMap(json.size());
                for (Map.Entry<String, JsonNode> field : json.properties()) {
                    Shape inner = shape instanceof Shape.Fields known
                            ? known.fields().getOrDefault(field.getKey(), new Shape.Anything())
                            : new Shape.Anything();
                    map.put(field.getKey(), of(field.getValue(), inner));
                }
                yield map;
            }
            case ARRAY -> {
                Shape inner = shape instanceof Shape.ListOf list ? list.item() : new Shape.Anything();
                List<Object> list = new ArrayList<>(json.size());
                json.forEach(item -> list.add(of(item, inner)));
                yield list;
            }
            case STRING -> json.stringValue();
            case BOOLEAN -> json.booleanValue();
            case NUMBER -> number(json, shape);
            default -> NullValue.NULL_VALUE;
        };
    }

    private static Object number(JsonNode json, Shape shape) {
        if (shape instanceof Shape.Decimal) {
            return json.doubleValue();
        }
        if (shape instanceof Shape.Whole || (json.canConvertToExactIntegral() && json.canConvertToLong())) {
            return json.decimalValue().longValue();
        }
        double value = json.doubleValue();
        // 15.0 in JSON is the integer 15 as far as its canonical form goes
        return value == Math.rint(value) && Math.abs(value) <= (1L << 53) ? (Object) (long) value : (Object) value;
    }
}
