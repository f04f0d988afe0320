package com.tracemem.product.jdbc;

import com.tracemem.product.Field;
import com.tracemem.product.FieldValues;
import com.tracemem.product.Product;
import java.sql.ResultSet;
import java.sql.SQLException;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Turns rows into records. */
final class Records {
    /** Stands for every masked value, NULL among them. */
    static final String MASK = "***";

    private final Product product;
    private final Dialect dialect;
    private long characters;

    Records(Product product, Dialect dialect) {
        this.product = product;
        this.dialect = dialect;
    }

    /** How long the texts are that were read so far. */
    long characters() {
        return characters;
    }

    /** @param row with the columns of {@link Statements#shown} */
    ObjectNode record(ResultSet row) throws SQLException {
        ObjectNode record = JsonNodeFactory.instance.objectNode();
        int index = 0;
        for (Field field : product.fields()) {
            if (field.masked()) {
                record.put(field.name(), MASK);
                continue;
            }
            Object value = dialect.read(row, ++index, field.type());
            if (value == null) {
                record.putNull(field.name());
            } else {
                characters += value instanceof String text ? text.length() : 16;
                record.set(field.name(), FieldValues.toJson(field.type(), value));
            }
        }
        return record;
    }
}
