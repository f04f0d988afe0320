package com.tracemem.product;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What a connector's database holds, as its login sees it: tables and views, their columns and keys; no data. */
public record SourceSchema(List<Table> tables) {
    public static final int MOST_TABLES = 2000;
    public static final int MOST_COLUMNS = 40_000;

    public SourceSchema {
        tables = List.copyOf(tables);
    }

    /**
     * A table or view.
     *
     * @param schema null in databases whose tables are not in schemas
     * @param usual whether it is meant when no schema is named
     * @param transactional whether a change of it can be rolled back
     */
    public record Table(
            @Nullable String schema, String name, boolean usual, boolean transactional, List<Column> columns) {
        public Table {
            columns = List.copyOf(columns);
        }

        public Optional<Column> column(String columnName) {
            return columns.stream()
                    .filter(column -> column.name().equals(columnName))
                    .findFirst();
        }
    }

    /**
     * A column.
     *
     * @param nativeType as the database calls it
     * @param type null when products cannot expose it
     * @param generated whether the database alone gives it its value
     * @param defaulted whether an insert may leave it out
     * @param bounds what it takes, as far as that is known
     */
    public record Column(
            String name,
            String nativeType,
            @Nullable FieldType type,
            boolean nullable,
            boolean primaryKey,
            boolean generated,
            boolean defaulted,
            Bounds bounds) {}

    /** The table that a product names. */
    public Optional<Table> table(Source.Table source) {
        return tables.stream()
                .filter(table -> table.name().equals(source.name()))
                .filter(table -> source.schema() == null
                        ? table.usual()
                        : source.schema().equals(table.schema()))
                .findFirst();
    }

    /** SHA-256 of the canonical JSON, as 64 hexadecimal digits. */
    public String hash() {
        return JsonText.sha256(JsonText.canonical(toJson()));
    }

    /** {@code {"tables": [{"schema", "name", "usual", "transactional", "columns": [{"name", …}]}]}}. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode all = json.putArray("tables");
        for (Table table : tables) {
            ObjectNode one = all.addObject();
            if (table.schema() != null) {
                one.put("schema", table.schema());
            }
            one.put("name", table.name()).put("usual", table.usual()).put("transactional", table.transactional());
            ArrayNode columns = one.putArray("columns");
            for (Column column : table.columns()) {
                ObjectNode shown = columns.addObject()
                        .put("name", column.name())
                        .put("native_type", column.nativeType())
                        .put("nullable", column.nullable())
                        .put("primary_key", column.primaryKey())
                        .put("generated", column.generated())
                        .put("defaulted", column.defaulted());
                if (column.type() != null) {
                    shown.put("type", column.type().wireName());
                }
                if (!column.bounds().equals(Bounds.NONE)) {
                    shown.set("bounds", column.bounds().toJson());
                }
            }
        }
        return json;
    }

    static SourceSchema fromJson(ObjectNode json) {
        List<Table> tables = new ArrayList<>();
        for (JsonNode table : json.required("tables")) {
            List<Column> columns = new ArrayList<>();
            for (JsonNode column : table.required("columns")) {
                columns.add(new Column(
                        column.required("name").stringValue(),
                        column.required("native_type").stringValue(),
                        column.has("type")
                                ? FieldType.of(column.required("type").stringValue())
                                        .orElseThrow()
                                : null,
                        column.required("nullable").booleanValue(),
                        column.required("primary_key").booleanValue(),
                        column.required("generated").booleanValue(),
                        column.required("defaulted").booleanValue(),
                        Bounds.fromJson(column.path("bounds"))));
            }
            tables.add(new Table(
                    table.has("schema") ? table.required("schema").stringValue() : null,
                    table.required("name").stringValue(),
                    table.required("usual").booleanValue(),
                    table.required("transactional").booleanValue(),
                    columns));
        }
        return new SourceSchema(tables);
    }
}
