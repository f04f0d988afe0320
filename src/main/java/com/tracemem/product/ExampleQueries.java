package com.tracemem.product;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
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
                .filter(field -> !field.masked() && field.type() != FieldType.JSON && isKnown(field.bounds()))
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
                    ArrayNode choice = query.putObject(field.name()).putArray("in");
                    List<String> known = field.bounds().choices();
                    if (known.size() > 1 && field.bounds().form() == TextForm.CHOICE) {
                        known.stream().limit(2).forEach(choice::add);
                    } else {
                        choice.add(example(field)).add(example(field));
                    }
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

    /** Of an enum in an administrator's query nobody knows the labels, and the database refuses any other text. */
    private static boolean isKnown(Bounds bounds) {
        return bounds.form() == null || !bounds.form().example(bounds.choices()).isEmpty();
    }

    private static String text(Bounds bounds) {
        return bounds.form() == null ? "…" : bounds.form().example(bounds.choices());
    }

    /** The first that the column takes. */
    private static int number(Bounds bounds, int usual) {
        return IntStream.of(usual, 100, 10, 1)
                .filter(number -> bounds.refusal((long) number).isEmpty())
                .findFirst()
                .orElse(0);
    }

    private static JsonNode example(Field field) {
        return switch (field.type()) {
            case STRING -> NODES.stringNode(text(field.bounds()));
            case INTEGER -> NODES.numberNode(number(field.bounds(), 1001));
            case NUMBER -> NODES.numberNode(number(field.bounds(), 100));
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
