package com.tracemem.policy;

import com.tracemem.identity.FieldError;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** How large inputs may be; what a policy may cost depends on it. */
final class InputLimits {
    static final int MOST_VALUES = 1_000;
    static final int MOST_CHARACTERS = 32 * 1024;
    static final int DEEPEST = 16;

    private int values;
    private int characters;
    private boolean tooDeep;
    private boolean notFinite;

    private InputLimits() {}

    /** What is too much, or nothing. */
    static List<FieldError> errors(JsonNode inputs) {
        InputLimits seen = new InputLimits();
        seen.visit(inputs, 1);
        String message = seen.values > MOST_VALUES
                ? "have more than " + MOST_VALUES + " values; send what the policy needs"
                : seen.characters > MOST_CHARACTERS
                        ? "have more than " + MOST_CHARACTERS + " characters of text; send what the policy needs"
                        : seen.tooDeep
                                ? "are nested deeper than " + DEEPEST + " levels; send them flatter"
                                : seen.notFinite ? "have a number that is too large" : null;
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
                visit(field.getValue(), depth + 1);
            }
        } else if (value.isArray()) {
            for (JsonNode item : value) {
                visit(item, depth + 1);
            }
        } else if (value.isString()) {
            characters += value.stringValue().length();
        } else if (value.isNumber()) {
            notFinite |= !Double.isFinite(value.doubleValue());
        }
    }
}
