package com.tracemem.policy;

import com.google.common.base.Splitter;
import com.networknt.schema.Error;
import com.tracemem.identity.FieldError;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Puts what a validator found into words, all of them our own. */
final class SchemaError {
    private SchemaError() {}

    static FieldError inWords(Error error, Shape.Fields shape) {
        String path = path(error.getInstanceLocation().toString());
        String property = error.getProperty();
        String keyword = error.getKeyword() == null ? "" : error.getKeyword();
        return switch (keyword) {
            case "required" -> new FieldError(child(path, property), "is required");
            case "dependentRequired" ->
                new FieldError(
                        child(path, argument(error, 0)), "is required where " + argument(error, 1) + " is given");
            case "additionalProperties", "unevaluatedProperties" ->
                new FieldError(
                        child(path, property),
                        "is not an input of this policy"
                                + (path.isEmpty() && property != null
                                        ? Suggestion.of(property, shape.fields().keySet())
                                        : ""));
            case "propertyNames" ->
                new FieldError(
                        child(path, property),
                        "has a name that is not possible here; names have to be "
                                + SchemaWords.of(error.getSchemaNode()));
            case "items", "unevaluatedItems" ->
                new FieldError(name(path) + "[" + argument(error, 0) + "]", "is one value too many");
            default -> new FieldError(name(path), reason(keyword, error));
        };
    }

    private static String reason(String keyword, Error error) {
        JsonNode value = error.getInstanceNode();
        JsonNode wanted = error.getSchemaNode();
        return switch (keyword) {
            case "type" -> "is " + kind(value) + "; give " + SchemaWords.types(wanted);
            case "enum" -> "is " + shown(value) + "; use one of " + shown(wanted);
            case "const" -> "is " + shown(value) + "; only " + shown(wanted) + " is possible";
            case "minimum" -> "is " + shown(value) + "; at least " + shown(wanted) + " is possible";
            case "maximum" -> "is " + shown(value) + "; at most " + shown(wanted) + " is possible";
            case "exclusiveMinimum" -> "is " + shown(value) + "; it has to be more than " + shown(wanted);
            case "exclusiveMaximum" -> "is " + shown(value) + "; it has to be less than " + shown(wanted);
            case "multipleOf" -> "is " + shown(value) + "; give a multiple of " + shown(wanted);
            case "minLength" -> tooFew(characters(value), "character", wanted);
            case "maxLength" -> tooMany(characters(value), "character", wanted);
            case "minItems" -> tooFew(size(value), "value", wanted);
            case "maxItems" -> tooMany(size(value), "value", wanted);
            case "minProperties" -> tooFew(size(value), "field", wanted);
            case "maxProperties" -> tooMany(size(value), "field", wanted);
            case "uniqueItems" -> "has the same value twice; give each of them once";
            case "pattern" -> "is " + shown(value) + "; it has to match the pattern " + text(wanted);
            case "format" ->
                "is " + shown(value) + "; give " + Formats.example(wanted == null ? "" : wanted.asString(""));
            case "contains", "minContains" -> {
                long least = number(argument(error, 0));
                yield "has too few values of the right kind; at least " + least + (least == 1 ? " has" : " have")
                        + " to be " + SchemaWords.of(wanted);
            }
            case "maxContains" ->
                "has too many values of one kind; at most " + number(argument(error, 0)) + " may be "
                        + SchemaWords.of(wanted);
            case "not" -> "is " + shown(value) + "; it must not be " + SchemaWords.of(wanted);
            case "oneOf" ->
                "is " + shown(value) + ", which fits " + argument(error, 0)
                        + " of the possibilities; it has to fit exactly one";
            case "anyOf" -> "is " + shown(value) + ", which fits none of the possibilities";
            case "false" -> "must not be given";
            default -> "is " + shown(value) + ", which is not what the policy's inputs describe (" + keyword + ")";
        };
    }

    private static String tooFew(long count, String what, @Nullable JsonNode least) {
        return "has " + SchemaWords.count(count, what) + "; at least " + shown(least) + (isOne(least) ? " is" : " are")
                + " needed";
    }

    private static String tooMany(long count, String what, @Nullable JsonNode most) {
        return "has " + SchemaWords.count(count, what) + "; at most " + shown(most) + (isOne(most) ? " is" : " are")
                + " possible";
    }

    private static boolean isOne(@Nullable JsonNode number) {
        return number != null && number.asLong(0) == 1;
    }

    private static long characters(@Nullable JsonNode value) {
        String text = value == null ? "" : value.asString("");
        return text.codePointCount(0, text.length());
    }

    private static long size(@Nullable JsonNode value) {
        return value == null ? 0 : value.size();
    }

    private static String argument(Error error, int index) {
        Object[] arguments = error.getArguments();
        return arguments == null || index >= arguments.length ? "" : String.valueOf(arguments[index]);
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException unknown) {
            return 1;
        }
    }

    private static String child(String path, @Nullable String property) {
        return property == null ? name(path) : path.isEmpty() ? property : path + "." + property;
    }

    static String name(String path) {
        return path.isEmpty() ? "inputs" : path;
    }

    private static String kind(@Nullable JsonNode value) {
        return value == null ? "nothing" : value.isNull() ? "null" : Wording.kind(value);
    }

    private static String shown(@Nullable JsonNode value) {
        return value == null ? "nothing" : Wording.shown(value);
    }

    private static String text(@Nullable JsonNode value) {
        return value == null ? "nothing" : Wording.quote(value.asString(""));
    }

    /** {@code /customer/tags/0} as {@code customer.tags[0]}. */
    static String path(String pointer) {
        StringBuilder path = new StringBuilder();
        for (String part : Splitter.on('/').omitEmptyStrings().split(pointer)) {
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
