package com.tracemem.policy;

import com.google.common.base.Splitter;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.regex.RegularExpression;
import com.tracemem.identity.FieldError;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON Schema of a policy's inputs: checks them, fills in defaults, and tells conditions what there is. References
 * stay within the document; patterns are RE2; nothing is ever fetched.
 */
final class InputSchema {
    private static final int MOST_ERRORS = 50;
    private static final SchemaRegistryConfig CONFIG = SchemaRegistryConfig.builder()
            .locale(Locale.ENGLISH)
            .regularExpressionFactory(InputSchema::re2)
            .build();
    /** Keeps nothing of the schemas that it makes, and loads none from anywhere. */
    private static final SchemaRegistry REGISTRY = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder -> builder.schemaRegistryConfig(CONFIG).schemaCacheEnabled(false));

    private final ObjectNode json;
    private final Schema schema;
    private final Shape.Fields shape;

    private InputSchema(ObjectNode json, Schema schema, Shape.Fields shape) {
        this.json = json;
        this.schema = schema;
        this.shape = shape;
    }

    /** Empty when something is wrong with it, which is in the problems then. */
    static Optional<InputSchema> of(ObjectNode json, Problems problems) {
        List<PolicyProblem> before = problems.all();
        new SchemaCheck(json, problems).run();
        if (!problems.all().equals(before)) {
            return Optional.empty();
        }
        try {
            Schema schema = REGISTRY.getSchema(json);
            schema.initializeValidators();
            return Optional.of(new InputSchema(json, schema, new Shapes(json).root()));
        } catch (RuntimeException unusable) {
            problems.add(
                    "inputs", "is not a JSON Schema (2020-12) that can be used; check its keywords and their values");
            return Optional.empty();
        }
    }

    private static RegularExpression re2(String pattern) {
        com.google.re2j.Pattern compiled = com.google.re2j.Pattern.compile(pattern);
        return text -> compiled.matcher(text).find();
    }

    Shape.Fields shape() {
        return shape;
    }

    /** What the schema says of each input, references followed. */
    ObjectNode properties() {
        ObjectNode properties = json.objectNode();
        json.path("properties")
                .properties()
                .forEach(property -> properties.set(property.getKey(), SchemaCheck.resolve(json, property.getValue())));
        return properties;
    }

    boolean fits(ObjectNode inputs) {
        return schema.validate(inputs).isEmpty();
    }

    /** A copy with the defaults of whatever is absent. */
    ObjectNode withDefaults(ObjectNode inputs) {
        return (ObjectNode) filled(inputs, json, 0);
    }

    private JsonNode filled(JsonNode value, JsonNode schemaOfValue, int depth) {
        JsonNode resolved = SchemaCheck.resolve(json, schemaOfValue);
        if (depth > PolicyText.DEEPEST || !(value instanceof ObjectNode object)) {
            return value;
        }
        JsonNode properties = resolved.get("properties");
        if (!(properties instanceof ObjectNode known)) {
            return value;
        }
        ObjectNode copy = object.objectNode();
        copy.setAll(object);
        for (Map.Entry<String, JsonNode> property : known.properties()) {
            JsonNode present = copy.get(property.getKey());
            if (present != null) {
                copy.set(property.getKey(), filled(present, property.getValue(), depth + 1));
            } else {
                JsonNode otherwise =
                        SchemaCheck.resolve(json, property.getValue()).get("default");
                if (otherwise != null) {
                    copy.set(property.getKey(), otherwise);
                }
            }
        }
        return copy;
    }

    /** Everything that does not fit, by field; empty when all of it does. */
    List<FieldError> errors(ObjectNode inputs) {
        List<Error> found = schema.validate(inputs);
        if (found.isEmpty()) {
            return List.of();
        }
        Map<String, FieldError> errors = new LinkedHashMap<>();
        for (Error error : found) {
            FieldError field = Wording.of(error, shape);
            if (errors.size() < MOST_ERRORS) {
                errors.putIfAbsent(field.field() + " " + field.message(), field);
            }
        }
        // by name, so that the order of a document's fields makes no difference
        return errors.values().stream()
                .sorted(Comparator.comparing(FieldError::field).thenComparing(FieldError::message))
                .toList();
    }

    /** Puts a schema error into words. */
    private static final class Wording {
        static FieldError of(Error error, Shape.Fields shape) {
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
                                            ? Suggestion.of(
                                                    property, shape.fields().keySet())
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
            return rest.isBlank() ? keyword : DocumentReader.quote(rest);
        }

        private static String child(String path, @Nullable String property) {
            return property == null ? name(path) : path.isEmpty() ? property : path + "." + property;
        }

        private static String name(String path) {
            return path.isEmpty() ? "inputs" : path;
        }

        private static String kind(@Nullable JsonNode value) {
            return value == null ? "nothing" : value.isNull() ? "null" : DocumentReader.kind(value);
        }

        private static String shown(@Nullable JsonNode value) {
            return value == null ? "nothing" : DocumentReader.shown(value);
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
}
