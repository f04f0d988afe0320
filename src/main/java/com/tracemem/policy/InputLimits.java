package com.tracemem.policy;

import com.tracemem.identity.FieldError;
import java.math.BigDecimal;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** How large inputs may be; what a policy may cost depends on it. */
final class InputLimits {
    static final int MOST_VALUES = 1_000;
    static final int MOST_CHARACTERS = 32 * 1024;
    static final int DEEPEST = 16;
    static final int LONGEST_NAME = 200;

    private static final BigDecimal LARGEST_EXACT = BigDecimal.valueOf(1L << 53);
    private static final int LONGEST_SCALE = 400;

    private int values;
    private int characters;
    private boolean tooDeep;
    private boolean longName;
    private boolean notExact;

    InputLimits(JsonNode inputs) {
        visit(inputs, 1);
    }

    /** How many values there are. */
    int values() {
        return values;
    }

    /** What is too much, or nothing. */
    List<FieldError> errors() {
        String message = values > MOST_VALUES
                ? "have more than " + MOST_VALUES + " values; send what the policy needs"
                : characters > MOST_CHARACTERS
                        ? "have more than " + MOST_CHARACTERS + " characters of text; send what the policy needs"
                        : tooDeep
                                ? "are nested deeper than " + DEEPEST + " levels; send them flatter"
                                : longName
                                        ? "have a name of more than " + LONGEST_NAME + " characters; use shorter ones"
                                        : notExact
                                                ? "have a number beyond 9007199254740992, or with an exponent beyond 400; send it as text"
                                                : null;
        return message == null ? List.of() : List.of(new FieldError("inputs", message));
    }

    private void visit(JsonNode value, int depth) {
        if (++values > MOST_VALUES || depth > DEEPEST) {
            tooDeep |= depth > DEEPEST;
            return;
        }
        if (value.isObject()) {
            for (var field : value.properties()) {
                characters += field.getKey().length();
                longName |= field.getKey().length() > LONGEST_NAME;
                visit(field.getValue(), depth + 1);
            }
        } else if (value.isArray()) {
            for (JsonNode item : value) {
                visit(item, depth + 1);
            }
        } else if (value.isString()) {
            characters += value.stringValue().length();
        } else if (value.isNumber()) {
            notExact |= !isExact(value);
        }
    }

    /**
     * Whether conditions see the number as it was sent: beyond 2^53 they would not, and one with an endless exponent
     * could not even be written out.
     */
    private static boolean isExact(JsonNode number) {
        if (number.isInt()) {
            return true;
        }
        BigDecimal exact = number.decimalValue();
        return Math.abs((long) exact.scale()) <= LONGEST_SCALE && exact.abs().compareTo(LARGEST_EXACT) <= 0;
    }
}
