package com.tracemem.policy;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tells quickly that a value fits a schema of common words. What is not certain is left to the whole validator, which also
 * says what is wrong; this one never says that something fits which the validator would refuse.
 */
final class Fit {
    private static final Set<String> SILENT = Set.of(
            "$schema",
            "$defs",
            "$comment",
            "title",
            "description",
            "default",
            "examples",
            "deprecated",
            "readOnly",
            "writeOnly");

    private final ObjectNode root;

    private Fit(ObjectNode root) {
        this.root = root;
    }

    /** Empty when the schema has words that are left to the validator. */
    static Optional<Predicate<JsonNode>> of(ObjectNode root) {
        return new Fit(root).fit(root, 0);
    }

    private Optional<Predicate<JsonNode>> fit(JsonNode schema, int depth) {
        if (!schema.isObject() || depth > PolicyText.DEEPEST) {
            return Optional.empty();
        }
        JsonNode target = SchemaCheck.target(root, schema);
        if (target != null) {
            // what stands beside a reference holds as well
            return schema.size() == 1 ? fit(target, depth + 1) : Optional.empty();
        }
        List<Predicate<JsonNode>> all = new ArrayList<>();
        for (Map.Entry<String, JsonNode> word : schema.properties()) {
            if (SILENT.contains(word.getKey())) {
                continue;
            }
            Optional<Predicate<JsonNode>> one = word(word.getKey(), word.getValue(), schema, depth);
            if (one.isEmpty()) {
                return Optional.empty();
            }
            all.add(one.get());
        }
        List<Predicate<JsonNode>> predicates = List.copyOf(all);
        return Optional.of(value -> {
            for (Predicate<JsonNode> predicate : predicates) {
                if (!predicate.test(value)) {
                    return false;
                }
            }
            return true;
        });
    }

    private Optional<Predicate<JsonNode>> word(String name, JsonNode wanted, JsonNode schema, int depth) {
        return switch (name) {
            case "type" -> type(wanted);
            case "minimum" -> limit(wanted, order -> order >= 0);
            case "maximum" -> limit(wanted, order -> order <= 0);
            case "exclusiveMinimum" -> limit(wanted, order -> order > 0);
            case "exclusiveMaximum" -> limit(wanted, order -> order < 0);
            case "enum" -> oneOf(wanted);
            case "required" -> required(wanted);
            case "format" -> format(wanted);
            case "properties" -> properties(wanted, depth);
            case "additionalProperties" -> closed(wanted, schema);
            case "items" -> items(wanted, depth);
            default -> Optional.empty();
        };
    }

    private static Optional<Predicate<JsonNode>> type(JsonNode wanted) {
        return switch (wanted.asString("")) {
            case "object" -> Optional.of(JsonNode::isObject);
            case "array" -> Optional.of(JsonNode::isArray);
            case "string" -> Optional.of(JsonNode::isString);
            case "number" -> Optional.of(JsonNode::isNumber);
            case "integer" -> Optional.of(JsonNode::isIntegralNumber);
            case "boolean" -> Optional.of(JsonNode::isBoolean);
            default -> Optional.empty();
        };
    }

    private interface Order {
        boolean holds(int order);
    }

    private static Optional<Predicate<JsonNode>> limit(JsonNode wanted, Order order) {
        if (!wanted.isNumber()) {
            return Optional.empty();
        }
        BigDecimal limit = wanted.decimalValue();
        return Optional.of(
                value -> !value.isNumber() || order.holds(value.decimalValue().compareTo(limit)));
    }

    private static Optional<Predicate<JsonNode>> oneOf(JsonNode wanted) {
        Set<String> texts = new HashSet<>();
        wanted.forEach(value -> {
            if (value.isString()) {
                texts.add(value.stringValue());
            }
        });
        return wanted.isArray()
                ? Optional.of(value -> value.isString() && texts.contains(value.stringValue()))
                : Optional.empty();
    }

    private static Optional<Predicate<JsonNode>> required(JsonNode wanted) {
        List<String> names = new ArrayList<>();
        wanted.forEach(name -> names.add(name.asString("")));
        return Optional.of(value -> {
            for (String name : names) {
                if (value.get(name) == null) {
                    return false;
                }
            }
            return true;
        });
    }

    private static Optional<Predicate<JsonNode>> format(JsonNode wanted) {
        return Formats.of(wanted.asString(""))
                .map(fits -> value -> !value.isString() || fits.test(value.stringValue()));
    }

    private record Property(String name, Predicate<JsonNode> fit) {}

    private Optional<Predicate<JsonNode>> properties(JsonNode wanted, int depth) {
        List<Property> properties = new ArrayList<>();
        for (Map.Entry<String, JsonNode> property : wanted.properties()) {
            Optional<Predicate<JsonNode>> fit = fit(property.getValue(), depth + 1);
            if (fit.isEmpty()) {
                return Optional.empty();
            }
            properties.add(new Property(property.getKey(), fit.get()));
        }
        return Optional.of(value -> {
            for (Property property : properties) {
                JsonNode field = value.get(property.name());
                if (field != null && !property.fit().test(field)) {
                    return false;
                }
            }
            return true;
        });
    }

    private static Optional<Predicate<JsonNode>> closed(JsonNode wanted, JsonNode schema) {
        if (!wanted.isBoolean()) {
            return Optional.empty();
        }
        Map<String, Boolean> known = new HashMap<>();
        schema.path("properties").propertyNames().forEach(name -> known.put(name, true));
        return Optional.of(
                wanted.booleanValue() ? value -> true : value -> known.keySet().containsAll(value.propertyNames()));
    }

    private Optional<Predicate<JsonNode>> items(JsonNode wanted, int depth) {
        return fit(wanted, depth + 1).map(fit -> value -> {
            if (value.isArray()) {
                for (JsonNode item : value) {
                    if (!fit.test(item)) {
                        return false;
                    }
                }
            }
            return true;
        });
    }
}
