package com.tracemem.product;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a target keeps of the records that an insert made, for the answer to a repeated call: their keys and a digest. The
 * records themselves are in their own table, and nowhere a second time.
 */
public final class CreatedRecords {
    private static final String RECORDS = "records";
    private static final String KEYS = "keys";
    private static final String DIGEST = "sha256";

    private CreatedRecords() {}

    /**
     * One record as it was made.
     *
     * @param keys the values of the exposed fields of its primary key
     * @param digest of the record as it was answered
     */
    public record Kept(ObjectNode keys, String digest) {

        /** Whether it still is as it was made. */
        public boolean is(ObjectNode record) {
            return digest.equals(JsonText.sha256(record.toString()));
        }

        /** By which fields it is found again. */
        public List<PlannedWrite.Value> values(Product product) {
            List<PlannedWrite.Value> values = new ArrayList<>();
            keys.properties()
                    .forEach(key -> product.field(key.getKey()).ifPresent(field -> {
                        try {
                            values.add(new PlannedWrite.Value(field, FieldValues.of(field.type(), key.getValue())));
                        } catch (UnfitValue changed) {
                            // then the field is another than it was, and the record is not found by it
                        }
                    }));
            return values.size() == keys.size() ? values : List.of();
        }
    }

    /** Null when there is nothing to keep: no record, or none that has an exposed primary key. */
    public static @Nullable String kept(Product product, List<ObjectNode> records) {
        List<String> keys = product.fields().stream()
                .filter(field -> field.primaryKey() && !field.masked())
                .map(Field::name)
                .toList();
        if (records.isEmpty() || keys.isEmpty()) {
            return null;
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode all = json.putArray(RECORDS);
        for (ObjectNode record : records) {
            ObjectNode one = all.addObject();
            ObjectNode values = one.putObject(KEYS);
            for (String key : keys) {
                JsonNode value = record.get(key);
                if (value == null || value.isNull()) {
                    return null;
                }
                values.set(key, value);
            }
            one.put(DIGEST, JsonText.sha256(record.toString()));
        }
        return json.toString();
    }

    /** What {@link #kept} wrote; nothing of what earlier versions did. */
    public static List<Kept> read(@Nullable String kept) {
        List<Kept> records = new ArrayList<>();
        if (kept != null && JsonText.parse(kept).path(RECORDS) instanceof ArrayNode all) {
            for (JsonNode one : all) {
                if (one.path(KEYS) instanceof ObjectNode keys) {
                    records.add(new Kept(keys, one.path(DIGEST).asString("")));
                }
            }
        }
        return records;
    }
}
