package com.tracemem.decision;

import com.tracemem.product.Field;
import com.tracemem.product.FieldType;
import com.tracemem.product.PlannedWrite;
import com.tracemem.product.Product;
import com.tracemem.trace.Sha256;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the trace keeps of reads and writes: evidence, not data.
 *
 * <p>Numbers, dates and identifiers stand as they are, for they say which records were meant. Any other text is what a
 * record may hold, and is kept as its SHA-256: whoever knows the text can check it, nobody can read it.
 */
final class Evidence {
    /** Of the keys of one write. */
    private static final int MOST_KEYS = 20;

    private static final BigDecimal LARGEST_EXACT_INTEGER = BigDecimal.valueOf(1L << 53);
    /** Of a key: a number of something, a code. No e-mail address, no name of a person with its blanks. */
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z0-9._:/#-]{1,64}");

    private Evidence() {}

    /** Which product, as it was at the time. */
    static ObjectNode of(Product product, String purpose) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("product", product.productId())
                .put("product_version", product.version())
                .put("product_hash", product.hash())
                .put("purpose", purpose)
                .put("operation", product.operation().wireName());
    }

    /** A query, with texts that may be data as digests. */
    static ObjectNode query(Product product, ObjectNode query) {
        ObjectNode kept = JsonNodeFactory.instance.objectNode();
        query.properties().forEach(part -> {
            Optional<Field> field = product.field(part.getKey());
            kept.set(part.getKey(), field.map(f -> shown(f, part.getValue())).orElseGet(() -> exact(part.getValue())));
        });
        return kept;
    }

    /** Adds which fields a write sets, in how many records, and which records an update or delete means. */
    static ObjectNode describe(ObjectNode evidence, PlannedWrite.Planned write) {
        JsonNode records = write.mutation().path("records");
        evidence.put("records", records.size());
        Set<String> keys = new TreeSet<>();
        write.mutation().path("keys").forEach(key -> keys.add(key.asString()));
        Set<String> fields = new TreeSet<>();
        records.forEach(row -> fields.addAll(row.propertyNames()));
        fields.removeAll(keys);
        fields.forEach(evidence.putArray("fields")::add);
        if (!keys.isEmpty()) {
            ArrayNode meant = evidence.putArray("keys");
            records.valueStream().limit(MOST_KEYS).forEach(row -> {
                ObjectNode one = meant.addObject();
                keys.forEach(key -> {
                    JsonNode value = row.get(key);
                    if (value != null) {
                        one.set(
                                key,
                                write.product()
                                        .field(key)
                                        .map(f -> shown(f, value))
                                        .orElseGet(() -> exact(value)));
                    }
                });
            });
        }
        return evidence;
    }

    private static JsonNode shown(Field field, JsonNode value) {
        if (field.type() == FieldType.JSON) {
            return digest(value.toString());
        }
        if (value.isString()) {
            boolean free = field.type() == FieldType.STRING
                    && !((field.key() || field.primaryKey())
                            && IDENTIFIER.matcher(value.stringValue()).matches());
            return free || field.masked() ? digest(value.stringValue()) : value;
        }
        if (value.isArray()) {
            ArrayNode all = JsonNodeFactory.instance.arrayNode();
            value.forEach(each -> all.add(shown(field, each)));
            return all;
        }
        if (value.isObject()) {
            ObjectNode all = JsonNodeFactory.instance.objectNode();
            value.properties().forEach(part -> all.set(part.getKey(), shown(field, part.getValue())));
            return all;
        }
        return exact(value);
    }

    private static ObjectNode digest(String text) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("sha256", Sha256.of(text).hex());
    }

    /** The same JSON, with numbers that canonical JSON would have to round as texts. */
    static JsonNode exact(JsonNode value) {
        if (value.isObject()) {
            ObjectNode all = JsonNodeFactory.instance.objectNode();
            value.properties().forEach(part -> all.set(part.getKey(), exact(part.getValue())));
            return all;
        }
        if (value.isArray()) {
            ArrayNode all = JsonNodeFactory.instance.arrayNode();
            value.forEach(each -> all.add(exact(each)));
            return all;
        }
        return !value.isNumber() || value.isInt() || isExact(value)
                ? value
                : JsonNodeFactory.instance.stringNode(value.numberValue().toString());
    }

    private static boolean isExact(JsonNode number) {
        double asDouble = number.numberValue().doubleValue();
        if (Double.isInfinite(asDouble) || Double.isNaN(asDouble)) {
            return false;
        }
        BigDecimal exact = number.decimalValue();
        return number.isIntegralNumber()
                ? exact.abs().compareTo(LARGEST_EXACT_INTEGER) <= 0
                : exact.compareTo(new BigDecimal(Double.toString(asDouble))) == 0;
    }
}
