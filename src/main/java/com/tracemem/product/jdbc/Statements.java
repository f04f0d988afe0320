package com.tracemem.product.jdbc;

import com.tracemem.product.Condition;
import com.tracemem.product.Condition.Order;
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
    /** So many records are bounded one by one. */
    static final int FEW_ROWS = 2;

    /** Names that no column of a product's has, for what a record weighs, and for it and all before it; bytes. */
    private static final String SIZE = "tracemem_record_bytes";

    private static final String TOTAL = "tracemem_bytes_so_far";

    private final Dialect dialect;

    Statements(Dialect dialect) {
        this.dialect = dialect;
    }

    /** The fields whose values are read; what is masked is not even asked for. */
    static List<Field> shown(Product product) {
        return product.fields().stream().filter(field -> !field.masked()).toList();
    }

    /**
     * @param rows how many at most; a parameter, so that it does not change the text
     * @param portion how much text at most. A database that measures records leaves out the long values of the record that
     *     has too much, and all records after it, and says so in one more column; any other cuts each text one character
     *     behind the longest that there may be
     */
    SqlText select(PlannedRead.Planned read, int rows, Portion portion) {
        List<Parameter> parameters = new ArrayList<>();
        List<Field> shown = shown(read.product());
        int texts = texts(shown);
        StringBuilder sql = new StringBuilder(256);
        if (texts == 0 || !dialect.measuresRecords()) {
            sql.append("select ");
            columns(sql, shown, texts == 0 ? 0 : portion.longestText(texts) + 1);
            from(sql, read, parameters);
        } else {
            measured(sql, read, shown, rows, portion, parameters);
        }
        parameters.add(new Parameter(FieldType.INTEGER, (long) rows));
        return new SqlText(sql.toString(), parameters);
    }

    /** A sum over records is only kept where there are more than two. */
    private void measured(
            StringBuilder sql,
            PlannedRead.Planned read,
            List<Field> shown,
            int rows,
            Portion portion,
            List<Parameter> parameters) {
        boolean several = rows > FEW_ROWS;
        String size = several ? TOTAL : SIZE;
        String glue = "select ";
        for (Field field : shown) {
            sql.append(glue);
            if (dialect.canBeLong(field.type())) {
                sql.append("case when ").append(size).append(" <= ").append(portion.bytes());
                sql.append(" then ").append(name(field)).append(" end");
            } else {
                sql.append(name(field));
            }
            glue = ", ";
        }
        sql.append(", ").append(size).append(" > ").append(portion.bytes()).append(" from (");
        if (several) {
            // in the order in which the records come
            sql.append("select *, sum(" + SIZE + ") over (rows unbounded preceding) as " + TOTAL + " from (");
        }
        sql.append("select ");
        columns(sql, shown, 0);
        sql.append(", least(0::bigint");
        for (Field field : shown) {
            if (dialect.canBeLong(field.type())) {
                sql.append(" + coalesce(octet_length(").append(name(field)).append("::text), 0)");
            }
        }
        sql.append(", ").append(portion.bytes() + 1).append(")::int as " + SIZE);
        from(sql, read, parameters);
        sql.append(") as chosen");
        if (several) {
            sql.append(") as counted where " + TOTAL + " - " + SIZE + " <= ").append(portion.bytes());
        }
    }

    /** How many of the fields can have long values. */
    int texts(List<Field> fields) {
        int texts = 0;
        for (Field field : fields) {
            texts += dialect.canBeLong(field.type()) ? 1 : 0;
        }
        return texts;
    }

    /** From what is read up to the number of rows, which is the last parameter. */
    private void from(StringBuilder sql, PlannedRead.Planned read, List<Parameter> parameters) {
        sql.append(" from ").append(source(read.product().source()));
        String glue = " where ";
        for (Condition condition : read.conditions()) {
            sql.append(glue).append(condition(condition, parameters));
            glue = " and ";
        }
        glue = " order by ";
        for (Order order : read.order()) {
            sql.append(glue).append(name(order.field())).append(order.descending() ? " desc" : "");
            glue = ", ";
        }
        sql.append(" limit ?");
    }

    /** @param cutAt characters of texts that can be long; 0 for all */
    private void columns(StringBuilder sql, List<Field> shown, int cutAt) {
        String glue = "";
        for (Field field : shown) {
            sql.append(glue);
            if (cutAt > 0 && dialect.canBeLong(field.type())) {
                sql.append("left(")
                        .append(name(field))
                        .append(", ")
                        .append(cutAt)
                        .append(')');
            } else {
                sql.append(dialect.selected(name(field), field.type()));
            }
            glue = ", ";
        }
        if (shown.isEmpty()) {
            sql.append('1');
        }
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
            case LIKE -> dialect.text(column, condition.field()) + " like ?";
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
        StringBuilder columns = new StringBuilder();
        columns(columns, shown(product), 0);
        return columns.toString();
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
