package com.tracemem.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Says what a schema asks for. */
final class SchemaWords {
    private SchemaWords() {}

    /** Such as {@code text of at most 3 characters}; what is too special for words is pointed to. */
    static String of(@Nullable JsonNode schema) {
        List<String> words = new ArrayList<>();
        if (schema == null || !schema.isObject()) {
            return "what the policy's inputs describe";
        }
        for (Map.Entry<String, JsonNode> word : schema.properties()) {
            JsonNode wanted = word.getValue();
            words.add(
                    switch (word.getKey()) {
                        case "type" -> types(wanted);
                        case "const" -> Wording.shown(wanted);
                        case "enum" -> "one of " + Wording.shown(wanted);
                        case "minimum" -> "at least " + Wording.shown(wanted);
                        case "maximum" -> "at most " + Wording.shown(wanted);
                        case "exclusiveMinimum" -> "more than " + Wording.shown(wanted);
                        case "exclusiveMaximum" -> "less than " + Wording.shown(wanted);
                        case "multipleOf" -> "a multiple of " + Wording.shown(wanted);
                        case "minLength" -> "at least " + count(wanted, "character") + " long";
                        case "maxLength" -> "at most " + count(wanted, "character") + " long";
                        case "pattern" -> "of the pattern " + Wording.quote(wanted.asString(""));
                        case "format" -> Formats.example(wanted.asString(""));
                        case "required" -> "an object with " + names(wanted);
                        default -> "as the policy's inputs describe it";
                    });
        }
        return words.isEmpty()
                ? "anything"
                : String.join(" and ", words.stream().distinct().toList());
    }

    static String types(@Nullable JsonNode wanted) {
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

    /** {@code 1 character}, {@code 2 characters}. */
    static String count(@Nullable JsonNode number, String what) {
        return count(number == null ? 0 : number.asLong(0), what);
    }

    static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private static String names(JsonNode list) {
        List<String> names = new ArrayList<>();
        list.forEach(name -> names.add(name.asString("")));
        return Wording.line(String.join(", ", names), 80);
    }
}
