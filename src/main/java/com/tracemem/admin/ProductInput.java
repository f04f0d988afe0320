package com.tracemem.admin;

import com.tracemem.product.FieldType;
import com.tracemem.product.Operation;
import com.tracemem.product.ProductDraft;
import com.tracemem.product.ProductDraft.FieldDraft;
import com.tracemem.product.Restrictions;
import com.tracemem.product.ResultMode;
import com.tracemem.product.Source;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A data product as an administrator wants it; what its fields leave out is taken from the source. */
@Schema(name = "ProductInput", implementation = ProductInputSchema.class)
record ProductInput(ProductDraft draft) {
    private static final int MOST_FIELDS = 200;
    private static final int LONGEST_QUERY = 10_000;
    private static final String OPERATIONS = "read, insert, update or delete";

    static ProductInput read(Fields fields) {
        Operation operation = fields.choice("operation", Operation::of, OPERATIONS);
        fields.errors()
                .addIf(operation == null && !fields.present("operation"), "operation", "is missing; use " + OPERATIONS);
        Source source = fields.inner("source", ProductInput::source);
        fields.errors()
                .addIf(
                        source == null && !fields.present("source"),
                        "source",
                        "is missing; give {\"table\": …} or {\"query\": …}");
        Restrictions restrictions = fields.inner("restrictions", ProductInput::restrictions);
        return new ProductInput(new ProductDraft(
                fields.requiredText("product_id", 64),
                fields.requiredText("name", AgentPatch.LONGEST_NAME),
                fields.text("description", 2000),
                fields.requiredText("connector_id", 64),
                Objects.requireNonNullElse(operation, Operation.READ),
                Objects.requireNonNullElse(source, new Source.Table(null, "")),
                orEmpty(fields.inners("fields", MOST_FIELDS, FieldDraft::of, ProductInput::field)),
                orEmpty(fields.texts("purposes", 50, 64)),
                Objects.requireNonNullElse(restrictions, Restrictions.DEFAULT),
                orEmpty(fields.texts("policies", 20, 64)),
                Boolean.TRUE.equals(fields.flag("requires_approval"))));
    }

    private static Source source(Fields fields) {
        String schema = fields.text("schema", 128);
        String table = fields.text("table", 128);
        String query = fields.text("query", LONGEST_QUERY);
        fields.errors()
                .addIf(
                        (table == null) == (query == null) || (query != null && schema != null),
                        "source",
                        "must have either a table, perhaps with its schema, or a query");
        return query == null
                ? new Source.Table(schema, Objects.requireNonNullElse(table, ""))
                : new Source.Query(query);
    }

    private static FieldDraft field(Fields fields) {
        return new FieldDraft(
                fields.requiredText("name", 128),
                fields.text("column", 128),
                fields.choice(
                        "type",
                        FieldType::of,
                        "string, integer, number, boolean, date, time, timestamp, datetime, uuid or json"),
                fields.flag("nullable"),
                fields.flag("primary_key"),
                fields.flag("key"),
                fields.flag("masked"),
                fields.flag("writable"));
    }

    private static Restrictions restrictions(Fields fields) {
        Restrictions usual = Restrictions.DEFAULT;
        Integer rowLimit = fields.integer("row_limit", 1, Restrictions.LARGEST_ROW_LIMIT);
        return new Restrictions(
                rowLimit == null ? usual.rowLimit() : rowLimit,
                Objects.requireNonNullElse(
                        fields.choice("result_mode", ResultMode::of, "single or multiple"), usual.resultMode()),
                fields.integer("max_affected", 1, Restrictions.MOST_RECORDS),
                Boolean.TRUE.equals(fields.flag("return_created")));
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}
