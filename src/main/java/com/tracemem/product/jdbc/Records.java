package com.tracemem.product.jdbc;

import com.tracemem.product.Field;
import com.tracemem.product.FieldValues;
import com.tracemem.product.Product;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Turns rows into records. */
final class Records {
    /** Stands for every masked value, NULL among them. */
    static final String MASK = "***";

    /** What a value that is no text is counted as. */
    private static final int SHORT = 16;

    private final Product product;
    private final Dialect dialect;
    /** The column that says whether a record was too much; 0 for none. */
    private final int measure;

    private final int longestText;
    private final int most;
    private long characters;
    private boolean cut;

    /** For records of which there are few. */
    Records(Product product, Dialect dialect) {
        this.product = product;
        this.dialect = dialect;
        this.measure = 0;
        this.longestText = Integer.MAX_VALUE;
        this.most = Integer.MAX_VALUE;
    }

    /** For rows of {@link Statements#select}. */
    Records(Product product, Dialect dialect, Portion portion) {
        this.product = product;
        this.dialect = dialect;
        List<Field> shown = Statements.shown(product);
        int texts = new Statements(dialect).texts(shown);
        this.measure = texts > 0 && dialect.measuresRecords() ? shown.size() + 1 : 0;
        this.longestText = dialect.measuresRecords() ? Integer.MAX_VALUE : portion.longestText(texts);
        this.most = portion.characters();
    }

    /** Whether the last record has to be left out, because it is cut, or all together are more than was wanted. */
    boolean areTooMuch() {
        return cut || characters > most;
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
                characters += SHORT;
                continue;
            }
            if (value instanceof String text) {
                characters += text.length();
                cut |= text.length() > longestText && text.codePointCount(0, text.length()) > longestText;
            } else {
                characters += SHORT;
            }
            record.set(field.name(), FieldValues.toJson(field.type(), value));
        }
        cut |= measure > 0 && row.getBoolean(measure);
        return record;
    }
}
