package com.tracemem.product;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Brings whichever of its forms a write came in to one shape. */
final class WriteForms {
    static final String OPERATION = "operation";
    static final String KEYS = "keys";
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final List<String> RECORD_NAMES = List.of("records", "data", "fields");

    private final Product product;
    private final WriteRequest request;
    private final Wording wording;

    WriteForms(Product product, WriteRequest request, Wording wording) {
        this.product = product;
        this.request = request;
        this.wording = wording;
    }

    /** Records, and either the values or the names of their keys. */
    record Shape(
            List<JsonNode> records,
            @Nullable ObjectNode keyValues,
            @Nullable ArrayNode keyNames) {}

    Shape shape() throws MisfitException {
        ObjectNode mutation = mutation();
        checkOperation(mutation);
        return shape(mutation);
    }

    private ObjectNode mutation() throws MisfitException {
        JsonNode mutation = request.mutation();
        if (mutation == null || mutation.isNull()) {
            return NODES.objectNode();
        }
        if (mutation instanceof ObjectNode object) {
            return object;
        }
        throw new MisfitException("mutation must be an object, such as %s, not %s"
                .formatted(ExampleQueries.of(product).getFirst(), Wording.kind(mutation)));
    }

    private void checkOperation(ObjectNode mutation) throws MisfitException {
        JsonNode inside = mutation.get(OPERATION);
        if (inside != null && !inside.isString()) {
            throw new MisfitException(
                    "mutation.operation must be insert, update or delete, not " + Wording.shown(inside));
        }
        String outside = request.operation();
        if (inside != null && outside != null && !inside.stringValue().equals(outside)) {
            throw new MisfitException("operation and mutation.operation differ: give one of them");
        }
        String asked = inside != null ? inside.stringValue() : outside;
        if (!product.operation().writes()
                || (asked != null && !asked.equals(product.operation().wireName()))) {
            throw wording.wrongOperation(asked == null ? "write" : asked);
        }
    }

    private Shape shape(ObjectNode mutation) throws MisfitException {
        JsonNode inside = mutation.get(KEYS);
        JsonNode outside = request.keys();
        if (inside != null && outside != null && !inside.equals(outside)) {
            throw new MisfitException("keys and mutation.keys differ: give one of them");
        }
        JsonNode keys = outside == null || outside.isNull() ? inside : outside;
        if (keys != null && !keys.isObject() && !keys.isArray()) {
            throw new MisfitException(
                    "keys must be an object of key fields and values, or a list of key fields of mutation.records, not "
                            + Wording.shown(keys));
        }
        List<JsonNode> records = records(mutation);
        if (keys instanceof ObjectNode values) {
            if (records.isEmpty()) {
                records = List.of(NODES.objectNode());
            }
            if (records.size() > 1) {
                throw new MisfitException("keys with values mean one record, and mutation has several:"
                        + " name the key fields as a list, and put their values into the records");
            }
            return new Shape(records, values, null);
        }
        if (records.isEmpty()) {
            throw new MisfitException("mutation is missing or empty: give what to write, such as "
                    + ExampleQueries.of(product).getFirst());
        }
        return new Shape(records, null, (ArrayNode) keys);
    }

    private List<JsonNode> records(ObjectNode mutation) throws MisfitException {
        for (String name : RECORD_NAMES) {
            JsonNode given = mutation.get(name);
            boolean field = !name.equals("records") && product.field(name).isPresent();
            if (given == null || field || !(given.isArray() || given.isObject())) {
                continue;
            }
            for (String other : mutation.propertyNames()) {
                if (!other.equals(name) && !other.equals(OPERATION) && !other.equals(KEYS)) {
                    throw new MisfitException("mutation has %s beside '%s': put all fields into '%s'"
                            .formatted(Wording.quote(other), name, name));
                }
            }
            return given.isObject() ? List.of(given) : List.copyOf(given.values());
        }
        ObjectNode flat = mutation.deepCopy();
        flat.remove(OPERATION);
        flat.remove(KEYS);
        return flat.isEmpty() ? List.of() : List.of(flat);
    }
}
