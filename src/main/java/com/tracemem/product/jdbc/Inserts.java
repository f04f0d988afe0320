package com.tracemem.product.jdbc;

import com.tracemem.product.Field;
import com.tracemem.product.FieldType;
import com.tracemem.product.FieldValues;
import com.tracemem.product.PlannedWrite.Row;
import com.tracemem.product.PlannedWrite.Value;
import com.tracemem.product.Product;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Inserts records, and keeps what the database made of them where the product answers with that. */
final class Inserts {
    private final Dialect dialect;
    private final Statements statements;
    private final Product product;
    private final List<ObjectNode> created = new ArrayList<>();

    Inserts(Dialect dialect, Product product) {
        this.dialect = dialect;
        this.statements = new Statements(dialect);
        this.product = product;
    }

    /** What was made so far. */
    List<ObjectNode> created() {
        return created;
    }

    /** Inserts one record, and says how many the database made of it. */
    int insert(Connection connection, Row row) throws SQLException {
        if (!product.restrictions().returnCreated()) {
            try (PreparedStatement statement =
                    Binding.prepare(connection, dialect, statements.insert(product, row, false))) {
                return statement.executeUpdate();
            }
        }
        if (dialect.insertsReturn()) {
            try (PreparedStatement statement =
                            Binding.prepare(connection, dialect, statements.insert(product, row, true));
                    ResultSet made = statement.executeQuery()) {
                return records(made);
            }
        }
        SqlText sql = statements.insert(product, row, false);
        try (PreparedStatement statement = Binding.prepareForKeys(connection, dialect, sql)) {
            int made = statement.executeUpdate();
            Long generated = null;
            try (ResultSet keys = statement.getGeneratedKeys()) {
                if (keys.next()) {
                    generated = keys.getLong(1);
                }
            }
            readBack(connection, row, generated);
            return made;
        }
    }

    private int records(ResultSet rows) throws SQLException {
        Records records = new Records(product, dialect);
        int count = 0;
        while (rows.next()) {
            created.add(records.record(rows));
            count++;
        }
        return count;
    }

    /** By the primary key, as it was given or generated; what has none that is exposed is answered as it was given. */
    private void readBack(Connection connection, Row row, @Nullable Long generated) throws SQLException {
        List<Value> keys = new ArrayList<>();
        int missing = 0;
        for (Field field : product.fields()) {
            if (field.primaryKey()) {
                Object given = given(row, field);
                if (given == null) {
                    missing++;
                    given = generated == null || field.type() != FieldType.NUMBER
                            ? generated
                            : BigDecimal.valueOf(generated);
                }
                keys.add(new Value(field, given));
            }
        }
        boolean known = !keys.isEmpty()
                && missing <= 1
                && keys.stream()
                        .noneMatch(key -> key.value() == null || key.field().masked());
        if (known) {
            try (PreparedStatement statement = Binding.prepare(connection, dialect, statements.byKeys(product, keys));
                    ResultSet made = statement.executeQuery()) {
                records(made);
            }
        } else {
            created.add(asGiven(row));
        }
    }

    private static @Nullable Object given(Row row, Field field) {
        return row.values().stream()
                .filter(value -> value.field().equals(field))
                .findFirst()
                .map(Value::value)
                .orElse(null);
    }

    private static ObjectNode asGiven(Row row) {
        ObjectNode record = JsonNodeFactory.instance.objectNode();
        for (Value value : row.values()) {
            Object given = value.value();
            if (value.field().masked()) {
                record.put(value.field().name(), Records.MASK);
            } else if (given == null) {
                record.putNull(value.field().name());
            } else {
                record.set(
                        value.field().name(), FieldValues.toJson(value.field().type(), given));
            }
        }
        return record;
    }
}
