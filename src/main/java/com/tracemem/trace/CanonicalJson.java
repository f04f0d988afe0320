package com.tracemem.trace;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.Map;
import org.erdtman.jcs.JsonCanonicalizer;
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

    private static final BigDecimal LARGEST_EXACT_INTEGER = BigDecimal.valueOf(1L << 53);
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /**
     * The canonical form of an object or array.
     *
     * @throws NotCanonicalException when the value cannot be kept exactly; its message says where and what to send
     */
    public static CanonicalJson of(JsonNode value) {
        check(value, "", 1);
        if (value.isObject() || value.isArray()) {
            try {
                return new CanonicalJson(new JsonCanonicalizer(MAPPER.writeValueAsString(value)).getEncodedString());
            } catch (IOException cannotHappen) {
                throw new NotCanonicalException("The value is not JSON that can be kept: " + value.getNodeType());
            }
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

    private static void check(JsonNode value, String path, int depth) {
        if (depth > MAX_DEPTH) {
            throw new NotCanonicalException(
                    "The value at " + where(path) + " is nested deeper than " + MAX_DEPTH + " levels: send it flatter");
        }
        if (value.isObject()) {
            for (Map.Entry<String, JsonNode> property : value.properties()) {
                checkText(property.getKey(), path);
                check(property.getValue(), path + "." + property.getKey(), depth + 1);
            }
        } else if (value.isArray()) {
            int index = 0;
            for (JsonNode element : value) {
                check(element, path + "[" + index++ + "]", depth + 1);
            }
        } else if (value.isNumber()) {
            checkNumber(value, path);
        } else if (value.isString()) {
            checkText(value.stringValue(), path);
        }
    }

    private static void checkNumber(JsonNode value, String path) {
        // not doubleValue of the node, which throws for what is out of its range
        double asDouble = value.numberValue().doubleValue();
        if (Double.isInfinite(asDouble) || Double.isNaN(asDouble)) {
            throw new NotCanonicalException(
                    "The number at " + where(path) + " is too large to be kept exactly: send it as a string");
        }
        BigDecimal exact = value.decimalValue();
        boolean kept = value.isIntegralNumber()
                ? exact.abs().compareTo(LARGEST_EXACT_INTEGER) <= 0
                : exact.compareTo(new BigDecimal(Double.toString(asDouble))) == 0;
        if (!kept) {
            throw new NotCanonicalException("The number at " + where(path)
                    + " has more digits than can be kept exactly (15 to 17): send it as a string");
        }
    }

    private static void checkText(String text, String path) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new NotCanonicalException("The text at " + where(path) + " has a NUL character: remove it");
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new NotCanonicalException("The text at " + where(path)
                        + " is not well-formed Unicode (a lone surrogate): send valid UTF-8");
            }
        }
    }

    private static String where(String path) {
        String shown = path.isEmpty() ? "the top" : path.startsWith(".") ? path.substring(1) : path;
        return shown.length() <= 100 ? printable(shown) : printable(shown.substring(0, 100)) + "…";
    }

    private static String printable(String text) {
        return text.replaceAll("[\\p{Cntrl}\\p{Cs}]", "?");
    }
}
