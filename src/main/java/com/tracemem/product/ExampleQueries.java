package com.tracemem.product;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Requests that a product would take, made from its schema; their values are placeholders. */
public final class ExampleQueries {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private ExampleQueries() {}

    /** At least one: for a read, queries; for a write, mutations. */
    public static List<ObjectNode> of(Product product) {
        return product.operation() == Operation.READ ? queries(product) : List.of(mutation(product));
    }

    private static List<ObjectNode> queries(Product product) {
        List<ObjectNode> queries = new ArrayList<>();
        List<Field> askable = product.fields().stream()
                .filter(field -> !field.masked() && field.type() != FieldType.JSON)
                .toList();
        ObjectNode byKey = NODES.objectNode();
        askable.stream().filter(Field::primaryKey).forEach(field -> byKey.set(field.name(), example(field)));
        if (byKey.isEmpty()) {
            askable.stream().findFirst().ifPresent(field -> byKey.set(field.name(), example(field)));
        }
        queries.add(byKey);
        if (product.restrictions().resultMode() == ResultMode.MULTIPLE) {
            range(askable).ifPresent(queries::add);
            choice(askable).ifPresent(queries::add);
        }
        return queries;
    }

    private static Optional<ObjectNode> range(List<Field> askable) {
        return askable.stream()
                .filter(field -> !field.primaryKey() && ordered(field.type()))
                .findFirst()
                .map(field -> {
                    ObjectNode query = NODES.objectNode();
                    query.putObject(field.name()).set("gte", example(field));
                    query.put("order_by", field.name() + " desc");
                    query.put("limit", 10);
                    return query;
                });
    }

    private static Optional<ObjectNode> choice(List<Field> askable) {
        return askable.stream()
                .filter(field -> !field.primaryKey() && field.type() == FieldType.STRING)
                .findFirst()
                .map(field -> {
                    ObjectNode query = NODES.objectNode();
                    query.putObject(field.name()).putArray("in").add("…").add("…");
                    return query;
                });
    }

    private static boolean ordered(FieldType type) {
        return switch (type) {
            case INTEGER, NUMBER, DATE, TIMESTAMP, DATETIME -> true;
            case STRING, BOOLEAN, TIME, UUID, JSON -> false;
        };
    }

    private static ObjectNode mutation(Product product) {
        ObjectNode mutation = NODES.objectNode();
        mutation.put("operation", product.operation().wireName());
        ObjectNode record = NODES.objectNode();
        if (product.operation() != Operation.INSERT) {
            ArrayNode keys = mutation.putArray("keys");
            boolean primary = product.fields().stream().anyMatch(field -> field.key() && field.primaryKey());
            product.fields().stream()
                    .filter(field -> field.key() && (field.primaryKey() || !primary))
                    .forEach(field -> {
                        keys.add(field.name());
                        record.set(field.name(), example(field));
                    });
        }
        if (product.operation() != Operation.DELETE) {
            product.fields().stream()
                    .filter(field -> field.writable() && !record.has(field.name()))
                    .limit(8)
                    .forEach(field -> record.set(field.name(), example(field)));
        }
        mutation.putArray("records").add(record);
        return mutation;
    }

    private static JsonNode example(Field field) {
        return switch (field.type()) {
            case STRING -> NODES.stringNode("…");
            case INTEGER -> NODES.numberNode(1001);
            case NUMBER -> NODES.numberNode(100);
            case BOOLEAN -> NODES.booleanNode(true);
            case DATE -> NODES.stringNode("2026-01-31");
            case TIME -> NODES.stringNode("12:30:00");
            case TIMESTAMP -> NODES.stringNode("2026-01-31T12:30:00Z");
            case DATETIME -> NODES.stringNode("2026-01-31T12:30:00");
            case UUID -> NODES.stringNode("0f8fad5b-d9cb-469f-a165-70867728950e");
            case JSON -> NODES.objectNode();
        };
    }
}
