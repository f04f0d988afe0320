package com.tracemem.product.jdbc;

import com.tracemem.product.Condition;
import com.tracemem.product.Field;
import com.tracemem.product.FieldType;
import com.tracemem.product.PlannedRead;
import com.tracemem.product.PlannedWrite.Row;
import com.tracemem.product.PlannedWrite.Value;
import com.tracemem.product.Product;
import com.tracemem.product.Source;
import com.tracemem.product.jdbc.SqlText.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Builds statements: identifiers come from the product and are quoted, values become parameters. */
final class Statements {
    private final Dialect dialect;

    Statements(Dialect dialect) {
        this.dialect = dialect;
    }

    /** The fields whose values are read; what is masked is not even asked for. */
    static List<Field> shown(Product product) {
        return product.fields().stream().filter(field -> !field.masked()).toList();
    }

    /** @param most rows; a parameter, so that it does not change the text */
    SqlText select(PlannedRead.Planned read, int most) {
        List<Parameter> parameters = new ArrayList<>();
        StringBuilder sql = new StringBuilder("select ")
                .append(columns(read.product()))
                .append(" from ")
                .append(source(read.product().source()));
        if (!read.conditions().isEmpty()) {
            sql.append(" where ")
                    .append(read.conditions().stream()
                            .map(condition -> condition(condition, parameters))
                            .collect(Collectors.joining(" and ")));
        }
        if (!read.order().isEmpty()) {
            sql.append(" order by ")
                    .append(read.order().stream()
                            .map(order -> name(order.field()) + (order.descending() ? " desc" : ""))
                            .collect(Collectors.joining(", ")));
        }
        parameters.add(new Parameter(FieldType.INTEGER, (long) most));
        return new SqlText(sql.append(" limit ?").toString(), parameters);
    }

    private String condition(Condition condition, List<Parameter> parameters) {
        condition
                .values()
                .forEach(value -> parameters.add(new Parameter(condition.field().type(), value)));
        String column = name(condition.field());
        return switch (condition.operator()) {
            case EQ -> column + " = ?";
            case NE -> column + " <> ?";
            case GT -> column + " > ?";
            case GTE -> column + " >= ?";
            case LT -> column + " < ?";
            case LTE -> column + " <= ?";
            case LIKE -> column + " like ?";
            case IN ->
                column + condition.values().stream().map(value -> "?").collect(Collectors.joining(", ", " in (", ")"));
            case IS_NULL -> column + " is null";
            case IS_NOT_NULL -> column + " is not null";
        };
    }

    /** @param returning whether it answers with the exposed columns of what it made */
    SqlText insert(Product product, Row row, boolean returning) {
        List<Parameter> parameters = parameters(row.values());
        String names = row.values().stream().map(value -> name(value.field())).collect(Collectors.joining(", "));
        String marks = row.values().stream().map(value -> "?").collect(Collectors.joining(", "));
        String sql = "insert into " + source(product.source()) + " (" + names + ") values (" + marks + ")";
        return new SqlText(returning ? sql + " returning " + columns(product) : sql, parameters);
    }

    SqlText update(Product product, Row row) {
        List<Parameter> parameters = parameters(row.values());
        parameters.addAll(parameters(row.keys()));
        String set =
                row.values().stream().map(value -> name(value.field()) + " = ?").collect(Collectors.joining(", "));
        return new SqlText(
                "update " + source(product.source()) + " set " + set + " where " + keys(row.keys()), parameters);
    }

    SqlText delete(Product product, Row row) {
        return new SqlText(
                "delete from " + source(product.source()) + " where " + keys(row.keys()), parameters(row.keys()));
    }

    /** The exposed columns of one record. */
    SqlText byKeys(Product product, List<Value> keys) {
        return new SqlText(
                "select " + columns(product) + " from " + source(product.source()) + " where " + keys(keys),
                parameters(keys));
    }

    private String keys(List<Value> keys) {
        return keys.stream().map(key -> name(key.field()) + " = ?").collect(Collectors.joining(" and "));
    }

    private static List<Parameter> parameters(List<Value> values) {
        List<Parameter> parameters = new ArrayList<>();
        values.forEach(value -> parameters.add(new Parameter(value.field().type(), value.value())));
        return parameters;
    }

    private String columns(Product product) {
        List<Field> shown = shown(product);
        return shown.isEmpty() ? "1" : shown.stream().map(this::name).collect(Collectors.joining(", "));
    }

    private String name(Field field) {
        return dialect.quote(field.column());
    }

    private String source(Source source) {
        return switch (source) {
            case Source.Table table ->
                (table.schema() == null ? "" : dialect.quote(table.schema()) + ".") + dialect.quote(table.name());
            // on lines of its own, and held to be one select by whoever made the product
            case Source.Query query -> "(\n" + query.sql() + "\n) as source";
        };
    }
}
