package com.tracemem.policy;

import com.google.common.base.Splitter;
import com.networknt.schema.Error;
import com.tracemem.identity.FieldError;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Puts what a validator found into words. */
final class SchemaError {
    private SchemaError() {}

    static FieldError inWords(Error error, Shape.Fields shape) {
        String path = path(error.getInstanceLocation().toString());
        String property = error.getProperty();
        JsonNode value = error.getInstanceNode();
        JsonNode wanted = error.getSchemaNode();
        String keyword = error.getKeyword() == null ? "" : error.getKeyword();
        return switch (keyword) {
            case "required" -> new FieldError(child(path, property), "is required");
            case "additionalProperties", "unevaluatedProperties" ->
                new FieldError(
                        child(path, property),
                        "is not an input of this policy"
                                + (path.isEmpty() && property != null
                                        ? Suggestion.of(property, shape.fields().keySet())
                                        : ""));
            case "type" -> new FieldError(name(path), "is " + kind(value) + "; give " + types(wanted));
            case "enum" -> new FieldError(name(path), "is " + shown(value) + "; use one of " + shown(wanted));
            case "const" ->
                new FieldError(name(path), "is " + shown(value) + "; only " + shown(wanted) + " is possible");
            case "minimum" ->
                new FieldError(name(path), "is " + shown(value) + "; at least " + shown(wanted) + " is possible");
            case "maximum" ->
                new FieldError(name(path), "is " + shown(value) + "; at most " + shown(wanted) + " is possible");
            case "exclusiveMinimum" ->
                new FieldError(name(path), "is " + shown(value) + "; it has to be more than " + shown(wanted));
            case "exclusiveMaximum" ->
                new FieldError(name(path), "is " + shown(value) + "; it has to be less than " + shown(wanted));
            default -> new FieldError(name(path), "does not fit: " + message(error, keyword));
        };
    }

    private static String message(Error error, String keyword) {
        String message = String.valueOf(error.getMessage());
        int colon = message.indexOf(": ");
        String rest = colon >= 0 && colon < 100 ? message.substring(colon + 2) : message;
        return rest.isBlank() ? keyword : Wording.quote(rest);
    }

    private static String child(String path, @Nullable String property) {
        return property == null ? name(path) : path.isEmpty() ? property : path + "." + property;
    }

    private static String name(String path) {
        return path.isEmpty() ? "inputs" : path;
    }

    private static String kind(@Nullable JsonNode value) {
        return value == null ? "nothing" : value.isNull() ? "null" : Wording.kind(value);
    }

    private static String shown(@Nullable JsonNode value) {
        return value == null ? "nothing" : Wording.shown(value);
    }

    private static String types(@Nullable JsonNode wanted) {
        List<String> names = new ArrayList<>();
        if (wanted != null && wanted.isArray()) {
            wanted.forEach(type -> names.add(type(type.asString(""))));
        } else if (wanted != null) {
            names.add(type(wanted.asString("")));
        }
        return names.isEmpty() ? "another type" : String.join(" or ", names);
    }

    private static String type(String name) {
        return switch (name) {
            case "object" -> "an object";
            case "array" -> "a list";
            case "string" -> "text";
            case "number" -> "a number";
            case "integer" -> "a whole number";
            case "boolean" -> "true or false";
            default -> name;
        };
    }

    /** {@code /customer/tags/0} as {@code customer.tags[0]}. */
    private static String path(String pointer) {
        StringBuilder path = new StringBuilder();
        String text = pointer.startsWith("$")
                ? pointer.substring(1).replace('.', '/').replace("[", "/").replace("]", "")
                : pointer;
        for (String part : Splitter.on('/').split(text)) {
            if (part.isEmpty()) {
                continue;
            }
            String name = part.replace("~1", "/").replace("~0", "~");
            if (name.chars().allMatch(Character::isDigit)) {
                path.append('[').append(name).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(name);
            }
        }
        return path.toString();
    }
}
