package com.tracemem.product;

import com.tracemem.product.Condition.Operator;
import com.tracemem.product.Condition.Order;
import com.tracemem.product.PlannedRead.Misfit;
import com.tracemem.product.PlannedRead.Planned;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Holds a read against its product. */
final class ReadPlanner {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int MOST_CONDITIONS = 50;
    private static final int MOST_ORDERS = 8;
    private static final String ORDER_BY = "order_by";
    private static final String LIMIT = "limit";

    private final Product product;
    private final ReadRequest request;
    private final Wording wording;
    private final List<Condition> conditions = new ArrayList<>();
    private final List<Order> order = new ArrayList<>();
    private final ObjectNode evidence = NODES.objectNode();
    private int limit;

    private ReadPlanner(Product product, ReadRequest request) {
        this.product = product;
        this.request = request;
        this.wording = new Wording(product);
        this.limit = product.restrictions().rowLimit();
    }

    static PlannedRead plan(Product product, ReadRequest request) {
        try {
            return new ReadPlanner(product, request).plan();
        } catch (MisfitException misfit) {
            return new Misfit(misfit.sentence());
        }
    }

    private Planned plan() throws MisfitException {
        if (product.operation() != Operation.READ) {
            throw wording.wrongOperation("read");
        }
        ResultMode mode = mode();
        if (request.limit() != null) {
            limit(request.limit(), "limit");
        }
        JsonNode query = request.query();
        if (query != null && !query.isNull()) {
            if (!query.isObject()) {
                throw new MisfitException(
                        "query must be an object of fields and what they should be, such as %s, not %s"
                                .formatted(ExampleQueries.of(product).getFirst(), Wording.kind(query)));
            }
            for (Map.Entry<String, JsonNode> asked : query.properties()) {
                entry(asked.getKey(), asked.getValue());
            }
        }
        return new Planned(product, evidence, conditions, order, mode, mode == ResultMode.SINGLE ? 1 : limit);
    }

    private ResultMode mode() throws MisfitException {
        ResultMode most = product.restrictions().resultMode();
        Boolean allowMultiple = request.allowMultiple();
        ResultMode asked = request.resultMode() != null
                ? request.resultMode()
                : allowMultiple == null ? most : allowMultiple ? ResultMode.MULTIPLE : ResultMode.SINGLE;
        if (asked == ResultMode.MULTIPLE && most == ResultMode.SINGLE) {
            throw new MisfitException(
                    "Product '%s' answers with one record at a time: ask for one, with result_mode 'single'"
                            .formatted(product.productId()));
        }
        return asked;
    }

    private void limit(long asked, String where) throws MisfitException {
        if (asked < 1) {
            throw new MisfitException("%s must be 1 or more, not %d; product '%s' answers with at most %d records"
                    .formatted(
                            where,
                            asked,
                            product.productId(),
                            product.restrictions().rowLimit()));
        }
        limit = (int) Math.min(limit, asked);
    }

    /** A field of that name comes before a word of ours. */
    private void entry(String name, JsonNode asked) throws MisfitException {
        if (product.field(name).isEmpty()) {
            if (name.equals(ORDER_BY)) {
                orders(asked);
                return;
            }
            if (name.equals(LIMIT)) {
                if (!asked.isIntegralNumber()) {
                    throw new MisfitException(
                            "limit must be a whole number of records, such as 10, not " + Wording.shown(asked));
                }
                limit(
                        asked.canConvertToLong()
                                ? asked.longValue()
                                : asked.numberValue().doubleValue() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE,
                        "limit");
                evidence.put(LIMIT, limit);
                return;
            }
        }
        field(wording.askable(name), asked);
    }

    private void field(Field field, JsonNode asked) throws MisfitException {
        if (asked.isNull()) {
            add(field, Operator.IS_NULL, List.of());
            evidence.putNull(field.name());
        } else if (asked.isArray()) {
            ObjectNode said = evidence.putObject(field.name());
            operator(field, "in", asked, said);
        } else if (asked.isObject()) {
            if (asked.isEmpty()) {
                throw new MisfitException(
                        "Field '%s' is asked about with an empty object: give a value or an operator, such as {\"eq\": …}"
                                .formatted(field.name()));
            }
            ObjectNode said = evidence.putObject(field.name());
            for (Map.Entry<String, JsonNode> operator : asked.properties()) {
                operator(field, operator.getKey(), operator.getValue(), said);
            }
        } else {
            comparable(field, "eq");
            Object value = wording.value(field, asked);
            add(field, Operator.EQ, List.of(value));
            evidence.set(field.name(), FieldValues.toJson(value));
        }
    }

    private void operator(Field field, String name, JsonNode operand, ObjectNode said) throws MisfitException {
        switch (name) {
            case "eq" -> compareOrNull(field, name, operand, said, Operator.EQ, Operator.IS_NULL);
            case "ne" -> compareOrNull(field, name, operand, said, Operator.NE, Operator.IS_NOT_NULL);
            case "gt" -> compare(field, name, operand, said, Operator.GT);
            case "gte" -> compare(field, name, operand, said, Operator.GTE);
            case "lt" -> compare(field, name, operand, said, Operator.LT);
            case "lte" -> compare(field, name, operand, said, Operator.LTE);
            case "like" -> compare(field, name, operand, said, Operator.LIKE);
            case "in" -> in(field, operand, said);
            case "is_null" -> {
                if (!operand.isBoolean()) {
                    throw new MisfitException("is_null of field '%s' takes true or false, not %s"
                            .formatted(field.name(), Wording.shown(operand)));
                }
                add(field, operand.booleanValue() ? Operator.IS_NULL : Operator.IS_NOT_NULL, List.of());
                said.put(name, operand.booleanValue());
            }
            default ->
                throw new MisfitException(
                        "Operator %s of field '%s' is not known: use eq, ne, gt, gte, lt, lte, in, like or is_null"
                                .formatted(Wording.quote(name), field.name()));
        }
    }

    private void compareOrNull(
            Field field, String name, JsonNode operand, ObjectNode said, Operator operator, Operator withNull)
            throws MisfitException {
        if (operand.isNull()) {
            add(field, withNull, List.of());
            said.putNull(name);
        } else {
            compare(field, name, operand, said, operator);
        }
    }

    private void compare(Field field, String name, JsonNode operand, ObjectNode said, Operator operator)
            throws MisfitException {
        comparable(field, name);
        Object value = operator == Operator.LIKE ? wording.pattern(field, operand) : wording.value(field, operand);
        add(field, operator, List.of(value));
        said.set(name, FieldValues.toJson(value));
    }

    private void in(Field field, JsonNode operand, ObjectNode said) throws MisfitException {
        comparable(field, "in");
        if (!operand.isArray() || operand.isEmpty() || operand.size() > 200) {
            throw new MisfitException("in of field '%s' takes a list of 1 to 200 values, not %s"
                    .formatted(field.name(), operand.isArray() ? "one of " + operand.size() : Wording.kind(operand)));
        }
        List<Object> values = new ArrayList<>();
        ArrayNode shown = said.putArray("in");
        for (JsonNode element : operand) {
            Object value = wording.value(field, element);
            values.add(value);
            shown.add(FieldValues.toJson(value));
        }
        add(field, Operator.IN, values);
    }

    private static void comparable(Field field, String operator) throws MisfitException {
        boolean ordered = field.type() != FieldType.BOOLEAN && field.type() != FieldType.UUID;
        boolean possible = switch (operator) {
            case "like" -> field.type() == FieldType.STRING;
            case "gt", "gte", "lt", "lte" -> ordered && field.type() != FieldType.JSON;
            default -> field.type() != FieldType.JSON;
        };
        if (!possible) {
            throw new MisfitException("Field '%s' is of type %s, which %s does not compare: use %s"
                    .formatted(
                            field.name(),
                            field.type().wireName(),
                            operator,
                            field.type() == FieldType.JSON ? "is_null" : "eq, ne, in or is_null"));
        }
    }

    private void add(Field field, Operator operator, List<Object> values) throws MisfitException {
        if (conditions.size() == MOST_CONDITIONS) {
            throw new MisfitException(
                    "The query has more than %d conditions: ask for less at once".formatted(MOST_CONDITIONS));
        }
        conditions.add(new Condition(field, operator, values));
    }

    /** {@code "amount"}, {@code "amount desc"}, {@code {"field": "amount", "direction": "desc"}}, or a list of these. */
    private void orders(JsonNode asked) throws MisfitException {
        ArrayNode said = evidence.putArray(ORDER_BY);
        if (!asked.isArray()) {
            said.add(order(asked));
            return;
        }
        if (asked.isEmpty() || asked.size() > MOST_ORDERS) {
            throw new MisfitException("order_by takes 1 to %d fields, not %d".formatted(MOST_ORDERS, asked.size()));
        }
        for (JsonNode element : asked) {
            said.add(order(element));
        }
    }

    private String order(JsonNode asked) throws MisfitException {
        String name = null;
        String direction = "asc";
        if (asked.isString()) {
            name = asked.stringValue();
            int space = name.lastIndexOf(' ');
            // a field's name may have a blank in it
            if (space > 0 && product.field(name).isEmpty()) {
                direction = name.substring(space + 1);
                name = name.substring(0, space);
            }
        } else if (asked.isObject()) {
            name = text(asked.get("field"));
            direction = asked.has("direction") ? String.valueOf(text(asked.get("direction"))) : direction;
        }
        if (name == null || !(direction.equals("asc") || direction.equals("desc"))) {
            throw new MisfitException("order_by takes a field, such as \"%s\" or \"%1$s desc\", not %s"
                    .formatted(product.fields().getFirst().name(), Wording.shown(asked)));
        }
        Field field = wording.askable(name);
        if (field.type() == FieldType.JSON) {
            throw new MisfitException("Field '%s' is of type json and cannot be sorted by".formatted(field.name()));
        }
        order.add(new Order(field, direction.equals("desc")));
        return field.name() + " " + direction;
    }

    private static @Nullable String text(@Nullable JsonNode value) {
        return value != null && value.isString() ? value.stringValue() : null;
    }
}
