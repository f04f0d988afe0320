package com.tracemem.trace;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON in the canonical form of RFC 8785: one value, one text, one digest.
 *
 * <p>Evidence must not change by being kept. Values that the canonical form cannot hold exactly (it knows IEEE 754
 * doubles and well-formed Unicode only) are refused instead of rounded.
 *
 * @param text the canonical text
 */
public record CanonicalJson(String text) {
    /** The deepest nesting of objects and arrays that is taken. */
    public static final int MAX_DEPTH = 64;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /**
     * The canonical form of an object or array.
     *
     * @throws NotCanonicalException when the value cannot be kept exactly; its message says where and what to send
     */
    public static CanonicalJson of(JsonNode value) {
        if (value.isObject() || value.isArray()) {
            return new CanonicalJson(CanonicalWriter.write(value));
        }
        throw new NotCanonicalException("Only an object or an array can be kept, not " + value.getNodeType());
    }

    /** Of the UTF-8 bytes. */
    public Sha256 digest() {
        return Sha256.of(text);
    }

    static JsonNode parse(String text) {
        return MAPPER.readTree(text);
    }

    static ObjectNode parseObject(String text) {
        return (ObjectNode) parse(text);
    }
}
