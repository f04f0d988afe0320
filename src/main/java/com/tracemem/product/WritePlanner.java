package com.tracemem.product;

import com.tracemem.product.PlannedWrite.Misfit;
import com.tracemem.product.PlannedWrite.Planned;
import com.tracemem.product.PlannedWrite.Row;
import com.tracemem.product.PlannedWrite.Value;
import com.tracemem.product.WriteForms.Shape;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Holds a write against its product, whichever of the wire's forms it came in. */
final class WritePlanner {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Product product;
    private final WriteRequest request;
    private final Wording wording;

    private WritePlanner(Product product, WriteRequest request) {
        this.product = product;
        this.request = request;
        this.wording = new Wording(product);
    }

    static PlannedWrite plan(Product product, WriteRequest request) {
        try {
            return new WritePlanner(product, request).plan();
        } catch (MisfitException misfit) {
            return new Misfit(misfit.sentence());
        }
    }

    private Planned plan() throws MisfitException {
        Shape shape = new WriteForms(product, request, wording).shape();
        checkCount(shape.records().size());
        List<Row> rows = new ArrayList<>();
        int count = shape.records().size();
        for (int i = 0; i < count; i++) {
            rows.add(row(shape.records().get(i), shape, Wording.which(i, count)));
        }
        return new Planned(product, canonical(rows), rows, remarks(shape));
    }

    private List<String> remarks(Shape shape) {
        return product.operation() == Operation.INSERT && shape.keyNames() != null
                ? List.of(
                        "keys was ignored: it says which records an update or delete means, and an insert makes new ones")
                : List.of();
    }

    private void checkCount(int records) throws MisfitException {
        Integer most = product.restrictions().maxAffected();
        int allowed = most == null ? Restrictions.MOST_RECORDS : most;
        if (records > allowed) {
            throw new MisfitException("mutation has %d records, and product '%s' writes at most %d at once"
                    .formatted(records, product.productId(), allowed));
        }
    }

    private Row row(JsonNode record, Shape shape, String which) throws MisfitException {
        try {
            return row(record, shape);
        } catch (MisfitException misfit) {
            throw new MisfitException(misfit.sentence() + which);
        }
    }

    private Row row(JsonNode record, Shape shape) throws MisfitException {
        if (!(record instanceof ObjectNode fields)) {
            throw new MisfitException(
                    "Each record of mutation must be an object of fields and values, such as %s, not %s"
                            .formatted(example(), Wording.kind(record)));
        }
        if (product.operation() == Operation.INSERT) {
            return new Row(List.of(), inserted(fields, shape));
        }
        Set<String> keyNames = keyNames(fields, shape);
        List<Value> keys = new ArrayList<>();
        for (String name : keyNames) {
            keys.add(key(
                    name,
                    shape.keyValues() == null
                            ? fields.get(name)
                            : shape.keyValues().get(name)));
        }
        ObjectNode rest = fields.deepCopy();
        if (shape.keyValues() == null) {
            keyNames.forEach(rest::remove);
        }
        if (product.operation() == Operation.DELETE) {
            if (!rest.isEmpty()) {
                throw new MisfitException("A delete takes keys only: leave out %s"
                        .formatted(Wording.quote(rest.propertyNames().iterator().next())));
            }
            return new Row(keys, List.of());
        }
        for (String name : keyNames) {
            if (rest.has(name)) {
                throw new MisfitException(
                        "Field '%s' says which record is meant and cannot be set in the same write".formatted(name));
            }
        }
        return new Row(keys, written(rest));
    }

    private List<Value> inserted(ObjectNode fields, Shape shape) throws MisfitException {
        if (shape.keyValues() != null && !shape.keyValues().isEmpty()) {
            ObjectNode all = shape.keyValues().deepCopy();
            all.setAll(fields);
            return written(all);
        }
        return written(fields);
    }

    private Set<String> keyNames(ObjectNode record, Shape shape) throws MisfitException {
        Set<String> names = new LinkedHashSet<>();
        if (shape.keyValues() != null) {
            names.addAll(shape.keyValues().propertyNames());
        } else if (shape.keyNames() != null) {
            for (JsonNode name : shape.keyNames()) {
                if (!name.isString()) {
                    throw new MisfitException("keys as a list must name key fields, not have %s in it: use %s"
                            .formatted(Wording.kind(name), wording.keyFields()));
                }
                names.add(name.stringValue());
            }
        } else {
            names.addAll(usualKeys());
        }
        if (names.isEmpty() || (shape.keyNames() == null && shape.keyValues() == null && !has(record, names))) {
            throw new MisfitException("Product '%s' has to know which record is meant: give keys, of %s"
                    .formatted(product.productId(), wording.keyFields()));
        }
        checkWhole(names);
        return names;
    }

    private static boolean has(ObjectNode record, Set<String> names) {
        return names.stream().allMatch(record::has);
    }

    /** A part of a key would mean any of several records, and whichever happens to be there. */
    private void checkWhole(Set<String> names) throws MisfitException {
        List<String> primary = keys(true);
        List<String> others = keys(false);
        boolean known = names.stream().allMatch(name -> primary.contains(name) || others.contains(name));
        boolean whole = (!primary.isEmpty() && names.containsAll(primary))
                || (!others.isEmpty()
                        && names.containsAll(others)
                        && names.stream().noneMatch(primary::contains));
        if (known && !whole) {
            throw new MisfitException(
                    "Keys %s are only a part of what says which record of product '%s' is meant: give %s"
                            .formatted(String.join(", ", names), product.productId(), wholeKeys(primary, others)));
        }
    }

    private static String wholeKeys(List<String> primary, List<String> others) {
        String first = String.join(" and ", primary);
        String second = String.join(" and ", others);
        return first.isEmpty() || second.isEmpty() ? first + second : first + ", or " + second;
    }

    /** The primary key where it is a key here, else all keys. */
    private List<String> usualKeys() {
        List<String> primary = keys(true);
        return primary.isEmpty() ? keys(false) : primary;
    }

    private List<String> keys(boolean primary) {
        return product.fields().stream()
                .filter(field -> field.key() && field.primaryKey() == primary)
                .map(Field::name)
                .toList();
    }

    private Value key(String name, @Nullable JsonNode value) throws MisfitException {
        Field field = wording.field(name);
        if (!field.key()) {
            throw new MisfitException("Field '%s' is no key of product '%s': use %s"
                    .formatted(name, product.productId(), wording.keyFields()));
        }
        if (value == null || value.isNull()) {
            throw new MisfitException("Key '%s' of product '%s' has no value in its record: give one"
                    .formatted(name, product.productId()));
        }
        return new Value(field, wording.value(field, value));
    }

    private List<Value> written(ObjectNode fields) throws MisfitException {
        List<Value> values = new ArrayList<>();
        for (Map.Entry<String, JsonNode> given : fields.properties()) {
            Field field = wording.field(given.getKey());
            if (!field.writable()) {
                throw new MisfitException("Field '%s' of product '%s' cannot be written: use %s"
                        .formatted(field.name(), product.productId(), wording.writableFields()));
            }
            values.add(new Value(field, nullable(field, given.getValue())));
        }
        if (values.isEmpty()) {
            throw new MisfitException("The record sets nothing: give fields, of " + wording.writableFields());
        }
        return values;
    }

    private @Nullable Object nullable(Field field, JsonNode value) throws MisfitException {
        if (!value.isNull()) {
            Object given = wording.value(field, value);
            checkBounds(field, given);
            return given;
        }
        if (!field.nullable()) {
            throw new MisfitException(
                    "Field '%s' of product '%s' cannot be null".formatted(field.name(), product.productId()));
        }
        return null;
    }

    /** What the column would round or cut is another value than the one that policies and humans saw. */
    private void checkBounds(Field field, Object value) throws MisfitException {
        Optional<String> refusal = field.bounds().refusal(value);
        if (refusal.isPresent()) {
            throw new MisfitException(
                    "Field '%s' of product '%s' %s".formatted(field.name(), product.productId(), refusal.get()));
        }
    }

    private ObjectNode canonical(List<Row> rows) {
        ObjectNode mutation = NODES.objectNode();
        mutation.put(WriteForms.OPERATION, product.operation().wireName());
        if (product.operation() != Operation.INSERT) {
            ArrayNode keys = mutation.putArray(WriteForms.KEYS);
            rows.getFirst().keys().forEach(key -> keys.add(key.field().name()));
        }
        ArrayNode records = mutation.putArray("records");
        for (Row row : rows) {
            ObjectNode record = records.addObject();
            row.keys().forEach(key -> put(record, key));
            row.values().forEach(value -> put(record, value));
        }
        return mutation;
    }

    private static void put(ObjectNode record, Value value) {
        Object given = value.value();
        record.set(
                value.field().name(),
                given == null
                        ? NODES.nullNode()
                        : FieldValues.toJson(value.field().type(), given));
    }

    private String example() {
        return ExampleQueries.of(product).getFirst().toString();
    }
}
