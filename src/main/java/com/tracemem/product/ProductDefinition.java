package com.tracemem.product;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A product's definition as JSON: what is hashed, stored, and shown to administrators. */
public final class ProductDefinition {
    private ProductDefinition() {}

    /** Everything that a product's hash covers: all but tenant, version and hash. */
    public static ObjectNode of(Product product) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("product_id", product.productId()).put("name", product.name());
        if (product.description() != null) {
            json.put("description", product.description());
        }
        json.put("connector_id", product.connectorId())
                .put("operation", product.operation().wireName());
        ObjectNode source = json.putObject("source");
        switch (product.source()) {
            case Source.Table table -> {
                if (table.schema() != null) {
                    source.put("schema", table.schema());
                }
                source.put("table", table.name());
            }
            case Source.Query query -> source.put("query", query.sql());
        }
        ArrayNode fields = json.putArray("fields");
        for (Field field : product.fields()) {
            ObjectNode one = fields.addObject()
                    .put("name", field.name())
                    .put("column", field.column())
                    .put("type", field.type().wireName())
                    .put("nullable", field.nullable())
                    .put("primary_key", field.primaryKey())
                    .put("key", field.key())
                    .put("masked", field.masked())
                    .put("writable", field.writable());
            if (!field.bounds().equals(Bounds.NONE)) {
                one.set("bounds", field.bounds().toJson());
            }
        }
        texts(json.putArray("purposes"), product.purposes());
        Restrictions bounds = product.restrictions();
        ObjectNode restrictions = json.putObject("restrictions");
        restrictions
                .put("row_limit", bounds.rowLimit())
                .put("result_mode", bounds.resultMode().wireName());
        if (bounds.maxAffected() != null) {
            restrictions.put("max_affected", bounds.maxAffected());
        }
        restrictions.put("return_created", bounds.returnCreated());
        texts(json.putArray("policies"), product.policies());
        return json.put("requires_approval", product.requiresApproval());
    }

    private static void texts(ArrayNode array, List<String> texts) {
        texts.forEach(array::add);
    }

    /** What {@link #of} wrote. */
    static Product read(String tenantId, int version, String hash, String definition) {
        ObjectNode json = JsonText.parseObject(definition);
        JsonNode source = json.required("source");
        List<Field> fields = new ArrayList<>();
        for (JsonNode field : json.required("fields")) {
            fields.add(new Field(
                    field.required("name").stringValue(),
                    field.required("column").stringValue(),
                    FieldType.of(field.required("type").stringValue()).orElseThrow(),
                    field.required("nullable").booleanValue(),
                    field.required("primary_key").booleanValue(),
                    field.required("key").booleanValue(),
                    field.required("masked").booleanValue(),
                    field.required("writable").booleanValue(),
                    // of a definition from before the other bounds were known, its scale alone
                    Bounds.fromJson(field.has("bounds") ? field.required("bounds") : field)));
        }
        JsonNode bounds = json.required("restrictions");
        return new Product(
                tenantId,
                json.required("product_id").stringValue(),
                version,
                hash,
                json.required("name").stringValue(),
                text(json, "description"),
                json.required("connector_id").stringValue(),
                Operation.of(json.required("operation").stringValue()).orElseThrow(),
                source.has("query")
                        ? new Source.Query(source.required("query").stringValue())
                        : new Source.Table(
                                text(source, "schema"), source.required("table").stringValue()),
                fields,
                texts(json.required("purposes")),
                new Restrictions(
                        bounds.required("row_limit").intValue(),
                        ResultMode.of(bounds.required("result_mode").stringValue())
                                .orElseThrow(),
                        bounds.has("max_affected")
                                ? bounds.required("max_affected").intValue()
                                : null,
                        bounds.required("return_created").booleanValue()),
                texts(json.required("policies")),
                json.required("requires_approval").booleanValue());
    }

    private static @Nullable String text(JsonNode json, String name) {
        return json.has(name) ? json.required(name).stringValue() : null;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(element -> texts.add(element.stringValue()));
        return texts;
    }
}
