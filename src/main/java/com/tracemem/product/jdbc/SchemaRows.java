package com.tracemem.product.jdbc;

import com.tracemem.product.SourceSchema;
import com.tracemem.product.SourceSchema.Column;
import com.tracemem.product.SourceSchema.Table;
import com.tracemem.product.SourceUnavailable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes tables of rows that come column by column. */
final class SchemaRows {
    private final List<Table> tables = new ArrayList<>();
    private @Nullable Table open;
    private final List<Column> columns = new ArrayList<>();
    private int count;

    void add(@Nullable String schema, String table, boolean usual, boolean transactional, Column column) {
        if (++count > SourceSchema.MOST_COLUMNS) {
            throw new SourceUnavailable(("The database shows the login more than %d columns, too many to keep:"
                            + " give the connector a login that sees less")
                    .formatted(SourceSchema.MOST_COLUMNS));
        }
        Table next = new Table(schema, table, usual, transactional, List.of());
        if (!next.equals(open)) {
            flush();
            open = next;
        }
        columns.add(column);
    }

    private void flush() {
        if (open != null) {
            tables.add(new Table(open.schema(), open.name(), open.usual(), open.transactional(), List.copyOf(columns)));
            columns.clear();
        }
    }

    SourceSchema end() {
        flush();
        if (tables.size() > SourceSchema.MOST_TABLES) {
            throw new SourceUnavailable(("The database shows the login more than %d tables, too many to keep:"
                            + " give the connector a login that sees less")
                    .formatted(SourceSchema.MOST_TABLES));
        }
        return new SourceSchema(tables);
    }
}
