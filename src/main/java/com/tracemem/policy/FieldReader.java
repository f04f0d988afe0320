package com.tracemem.policy;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Takes the fields of objects, and says which are missing, of another kind, too long, or not known. */
final class FieldReader {
    private final Problems problems;

    FieldReader(Problems problems) {
        this.problems = problems;
    }

    @Nullable
    ObjectNode object(ObjectNode parent, String path, String name, boolean required) {
        JsonNode value = parent.get(name);
        if (value instanceof ObjectNode object) {
            return object;
        }
        if (value != null || required) {
            problems.add(
                    PolicyText.child(path, name),
                    (value == null ? "is missing" : "is " + Wording.kind(value)) + "; give an object");
        }
        return null;
    }

    @Nullable
    String text(ObjectNode parent, String path, String name, int longest, boolean required) {
        JsonNode value = parent.get(name);
        String field = PolicyText.child(path, name);
        if (value == null
                || value.isNull()
                || (value.isString() && value.stringValue().isBlank())) {
            if (required) {
                problems.add(field, "is missing or empty");
            }
            return null;
        }
        if (!value.isString()) {
            problems.add(
                    field,
                    "is " + Wording.kind(value)
                            + "; write text, in quotation marks where it looks like something else");
            return null;
        }
        String text = value.stringValue();
        int length = text.codePointCount(0, text.length());
        if (length > longest) {
            problems.add(field, "has " + length + " characters; at most " + longest + " are possible");
            return null;
        }
        return text;
    }

    void refuseUnknown(ObjectNode object, String path, String... known) {
        List<String> names = List.of(known);
        for (String name : object.propertyNames()) {
            if (!names.contains(name)) {
                problems.add(
                        PolicyText.child(path, name),
                        "is not a field of " + (path.isEmpty() ? "a policy" : path.replaceAll("\\[\\d+]", ""))
                                + Suggestion.of(name, names));
            }
        }
    }

    static boolean isWholeNumber(JsonNode value, long least, long most) {
        if (!value.isNumber()) {
            return false;
        }
        BigDecimal exact = value.decimalValue();
        return exact.compareTo(BigDecimal.valueOf(least)) >= 0
                && exact.compareTo(BigDecimal.valueOf(most)) <= 0
                && exact.stripTrailingZeros().scale() <= 0;
    }
}
