package com.tracemem.trace;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.erdtman.jcs.NumberToJSON;
import tools.jackson.databind.JsonNode;

/**
 * Writes a value in the canonical form of RFC 8785 and refuses what that form cannot hold exactly, in one walk: names in
 * the order of their UTF-16 code units, no white space, numbers as ECMAScript prints a double.
 */
final class CanonicalWriter {
    private static final BigDecimal LARGEST_EXACT_INTEGER = BigDecimal.valueOf(1L << 53);
    /** Digits that every double keeps, and ECMAScript prints as they are unless the number is very small or large. */
    private static final int EXACT_DIGITS = 15;

    private static final int MOST_LEADING_ZEROS = 5;
    private static final int LONGEST_SHOWN_PATH = 100;
    private static final String HEX = "0123456789abcdef";

    private final StringBuilder out = new StringBuilder(256);
    /** Names and indexes from the top to where the walk is; made into text only for a refusal. */
    private final Deque<Object> path = new ArrayDeque<>();

    static String write(JsonNode value) {
        CanonicalWriter writer = new CanonicalWriter();
        writer.value(value);
        return writer.out.toString();
    }

    private void value(JsonNode value) {
        if (value.isObject()) {
            object(value);
        } else if (value.isArray()) {
            array(value);
        } else if (value.isString()) {
            string(value.stringValue());
        } else if (value.isNumber()) {
            number(value);
        } else if (value.isBoolean()) {
            out.append(value.booleanValue());
        } else if (value.isNull()) {
            out.append("null");
        } else {
            throw refused("value", "is of a kind that JSON does not have: " + value.getNodeType());
        }
    }

    private void object(JsonNode object) {
        checkDepth();
        out.append('{');
        boolean first = true;
        for (Map.Entry<String, JsonNode> property : sorted(object)) {
            if (!first) {
                out.append(',');
            }
            first = false;
            string(property.getKey());
            out.append(':');
            path.addLast(property.getKey());
            value(property.getValue());
            path.removeLast();
        }
        out.append('}');
    }

    private static List<Map.Entry<String, JsonNode>> sorted(JsonNode object) {
        List<Map.Entry<String, JsonNode>> properties = new ArrayList<>(object.properties());
        properties.sort(Map.Entry.comparingByKey());
        return properties;
    }

    private void array(JsonNode array) {
        checkDepth();
        out.append('[');
        int index = 0;
        for (JsonNode element : array) {
            if (index > 0) {
                out.append(',');
            }
            path.addLast(index++);
            value(element);
            path.removeLast();
        }
        out.append(']');
    }

    private void checkDepth() {
        if (path.size() >= CanonicalJson.MAX_DEPTH) {
            throw refused("value", "is nested deeper than " + CanonicalJson.MAX_DEPTH + " levels: send it flatter");
        }
    }

    private void number(JsonNode value) {
        if (value.isInt()) {
            out.append(value.intValue());
            return;
        }
        if (value.isBigDecimal() && isPrintedAsItIs(value.decimalValue())) {
            out.append(value.decimalValue().stripTrailingZeros().toPlainString());
            return;
        }
        // not doubleValue of the node, which throws for what is out of its range
        double asDouble = value.numberValue().doubleValue();
        if (Double.isInfinite(asDouble) || Double.isNaN(asDouble)) {
            throw refused("number", "is too large to be kept exactly: send it as a string");
        }
        BigDecimal exact = value.decimalValue();
        boolean kept = value.isIntegralNumber()
                ? exact.abs().compareTo(LARGEST_EXACT_INTEGER) <= 0
                : exact.compareTo(new BigDecimal(Double.toString(asDouble))) == 0;
        if (!kept) {
            throw refused("number", "has more digits than can be kept exactly (15 to 17): send it as a string");
        }
        try {
            out.append(NumberToJSON.serializeNumber(asDouble));
        } catch (IOException notFinite) {
            throw refused("number", "is no number that JSON has: send it as a string");
        }
    }

    /** Nothing is lost, and no exponent is needed: the way of most numbers. */
    private static boolean isPrintedAsItIs(BigDecimal exact) {
        int wholeDigits = exact.precision() - exact.scale();
        return exact.precision() <= EXACT_DIGITS && wholeDigits > -MOST_LEADING_ZEROS && wholeDigits <= EXACT_DIGITS;
    }

    private void string(String text) {
        out.append('"');
        int written = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isPlain(c)) {
                continue;
            }
            out.append(text, written, i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case 0 -> throw refused("text", "has a NUL character: remove it");
                default -> {
                    if (c < 0x20) {
                        out.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
                    } else if (Character.isHighSurrogate(c)
                            && i + 1 < text.length()
                            && Character.isLowSurrogate(text.charAt(i + 1))) {
                        out.append(c).append(text.charAt(++i));
                    } else {
                        throw refused("text", "is not well-formed Unicode (a lone surrogate): send valid UTF-8");
                    }
                }
            }
            written = i + 1;
        }
        out.append(text, written, text.length()).append('"');
    }

    private static boolean isPlain(char c) {
        return c >= 0x20 && c != '"' && c != '\\' && !Character.isSurrogate(c);
    }

    private NotCanonicalException refused(String what, String why) {
        return new NotCanonicalException("The " + what + " at " + where() + " " + why);
    }

    private String where() {
        if (path.isEmpty()) {
            return "the top";
        }
        StringBuilder shown = new StringBuilder();
        for (Iterator<Object> steps = path.iterator(); steps.hasNext() && shown.length() <= LONGEST_SHOWN_PATH; ) {
            Object step = steps.next();
            if (step instanceof Integer index) {
                shown.append('[').append(index).append(']');
            } else {
                String name = step.toString();
                shown.append(shown.isEmpty() ? "" : ".").append(name, 0, Math.min(name.length(), LONGEST_SHOWN_PATH));
            }
        }
        String text =
                shown.length() <= LONGEST_SHOWN_PATH ? shown.toString() : shown.substring(0, LONGEST_SHOWN_PATH) + "…";
        return text.replaceAll("[\\p{Cntrl}\\p{Cs}]", "?");
    }
}
