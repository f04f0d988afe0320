package com.tracemem.policy;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whether a schema is one that a policy may have: of an object, with references only into itself and never in a circle,
 * with harmless patterns, and not larger than {@value #MOST_NODES} nodes once the references are followed.
 */
final class SchemaCheck {
    private static final int MOST_NODES = 500;
    private static final int MOST_CHOICES = 1_000;
    /** Of all patterns together. */
    private static final int MOST_PATTERN_PARTS = 8_000;
    /** A path of names that mean the same to everybody who follows it. */
    private static final Pattern REFERENCE = Pattern.compile("#/\\$defs/[A-Za-z0-9_.-]+(/[A-Za-z0-9_.$-]+)*");

    private static final String DRAFT = "https://json-schema.org/draft/2020-12/schema";
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Set<String> TYPES =
            Set.of("object", "array", "string", "number", "integer", "boolean", "null");
    private static final Set<String> OTHER_DOCUMENTS =
            Set.of("$id", "$anchor", "$dynamicRef", "$dynamicAnchor", "$recursiveRef", "$vocabulary");
    /** Words whose value is data, not a schema. */
    private static final Set<String> DATA =
            Set.of("default", "const", "enum", "examples", "required", "type", "dependentRequired");
    /** Words whose value maps names to schemas. */
    private static final Set<String> MAPS = Set.of("properties", "patternProperties", "$defs", "dependentSchemas");
    /** Words whose value is a number. */
    private static final Set<String> NUMBERS =
            Set.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf");
    /** Words whose value counts something. */
    private static final Set<String> COUNTS = Set.of(
            "minLength",
            "maxLength",
            "minItems",
            "maxItems",
            "minContains",
            "maxContains",
            "minProperties",
            "maxProperties");
    /** Every other word of JSON Schema 2020-12 that is possible here. */
    private static final Set<String> OTHERS = Set.of(
            "$schema",
            "$ref",
            "$comment",
            "title",
            "description",
            "deprecated",
            "readOnly",
            "writeOnly",
            "format",
            "pattern",
            "uniqueItems",
            "additionalProperties",
            "propertyNames",
            "items",
            "prefixItems",
            "contains",
            "unevaluatedItems",
            "unevaluatedProperties",
            "allOf",
            "anyOf",
            "oneOf",
            "not",
            "if",
            "then",
            "else",
            "contentEncoding",
            "contentMediaType",
            "contentSchema");

    private static final Set<String> WORDS =
            Stream.of(DATA, MAPS, NUMBERS, COUNTS, OTHERS).flatMap(Set::stream).collect(Collectors.toUnmodifiableSet());
    /** Begins the names of words that somebody's own tools read. */
    private static final String OWN = "x-";

    private final ObjectNode root;
    private final Problems problems;
    private final Set<String> used = new HashSet<>();
    private int nodes;
    private int patternParts;
    private boolean patterns;

    SchemaCheck(ObjectNode root, Problems problems) {
        this.root = root;
        this.problems = problems;
    }

    /** How many schemas there are within it, once references are followed. */
    int nodes() {
        return nodes;
    }

    /** Whether texts or names are matched with patterns. */
    boolean hasPatterns() {
        return patterns;
    }

    void run() {
        if (!root.path("type").asString("").equals("object")) {
            problems.add("inputs", "describes no object; write 'type: object' and list the inputs under 'properties'");
        }
        String draft = root.path("$schema").asString(DRAFT);
        if (!draft.equals(DRAFT) && !draft.equals(DRAFT + "#")) {
            problems.add("inputs.$schema", "is another JSON Schema; policies use " + DRAFT);
        }
        for (String name : root.path("properties").propertyNames()) {
            if (!NAME.matcher(name).matches()) {
                problems.add(
                        "inputs.properties." + name,
                        "is not a name that conditions can use; use letters, digits and _, and begin with a letter");
            }
        }
        visit(root, "inputs", new HashSet<>());
        // the validator reads them too
        for (Map.Entry<String, JsonNode> unused : root.path("$defs").properties()) {
            if (!used.contains("#/$defs/" + unused.getKey())) {
                visit(unused.getValue(), "inputs.$defs." + unused.getKey(), new HashSet<>());
            }
        }
        if (nodes > MOST_NODES) {
            problems.add(
                    "inputs",
                    "has more than " + MOST_NODES + " parts once its references are followed; make it smaller");
        }
    }

    private void visit(JsonNode schema, String path, Set<String> within) {
        if (++nodes > MOST_NODES || !schema.isObject()) {
            return;
        }
        for (Map.Entry<String, JsonNode> word : schema.properties()) {
            String name = word.getKey();
            JsonNode value = word.getValue();
            String at = path + "." + name;
            if (name.equals("$ref")) {
                reference(value, at, within);
            } else if (OTHER_DOCUMENTS.contains(name)) {
                problems.add(at, "is not possible in a policy; refer to '#/$defs/…' with $ref");
            } else if (!WORDS.contains(name)) {
                if (!name.startsWith(OWN)) {
                    problems.add(at, "is no word of JSON Schema" + likely(name));
                }
            } else if (NUMBERS.contains(name) && !value.isNumber()) {
                problems.add(at, "is " + Wording.shown(value) + "; give a number");
            } else if (COUNTS.contains(name)
                    && (!value.isIntegralNumber() || value.bigIntegerValue().signum() < 0)) {
                problems.add(at, "is " + Wording.shown(value) + "; give a whole number, 0 or more");
            } else if ((name.equals("enum") || name.equals("required")) && !value.isArray()) {
                problems.add(at, "is " + Wording.kind(value) + "; give a list");
            } else if (name.equals("pattern")) {
                pattern(value.asString(""), at);
            } else if (name.equals("format")) {
                format(value, at);
            } else if (name.equals("enum") && value.size() > MOST_CHOICES) {
                problems.add(at, "has " + value.size() + " values; at most " + MOST_CHOICES + " are possible");
            } else if (name.equals("type")) {
                types(value, at);
            } else if (MAPS.contains(name)) {
                for (Map.Entry<String, JsonNode> entry : value.properties()) {
                    if (name.equals("patternProperties")) {
                        pattern(entry.getKey(), at);
                    }
                    // definitions are counted where they are used
                    if (!name.equals("$defs")) {
                        visit(entry.getValue(), at + "." + entry.getKey(), within);
                    }
                }
            } else if (!DATA.contains(name)) {
                if (value.isObject()) {
                    visit(value, at, within);
                } else if (value.isArray()) {
                    for (int i = 0; i < value.size(); i++) {
                        visit(value.get(i), at + "[" + i + "]", within);
                    }
                }
            }
        }
    }

    private static String likely(String name) {
        return Suggestion.nearest(name, WORDS)
                .map(word -> "; did you mean '" + word + "'?")
                .orElse("; leave it out, or begin its name with " + OWN + " if your own tools read it");
    }

    private void reference(JsonNode value, String at, Set<String> within) {
        String target = value.asString("");
        JsonNode found = REFERENCE.matcher(target).matches() ? root.at(target.substring(1)) : null;
        if (found == null || found.isMissingNode()) {
            problems.add(at, "is " + Wording.quote(target) + "; refer to a definition of this policy: '#/$defs/…'");
        } else if (!within.add(target)) {
            problems.add(at, "refers to itself; inputs cannot be endlessly deep");
        } else {
            used.add(target);
            visit(found, at, within);
            within.remove(target);
        }
    }

    private void pattern(String pattern, String at) {
        patterns = true;
        patternParts += Math.min(Regexes.size(pattern), MOST_PATTERN_PARTS);
        String problem = patternParts > MOST_PATTERN_PARTS && !problems.isFull()
                ? "is one pattern too many: those of a policy's inputs have at most " + MOST_PATTERN_PARTS
                        + " parts together"
                : problems.isFull() ? null : Regexes.problem(pattern);
        if (problem != null) {
            problems.add(at, problem);
        }
    }

    private void format(JsonNode value, String at) {
        if (Formats.of(value.asString("")).isEmpty()) {
            problems.add(
                    at,
                    "is " + Wording.shown(value) + ", which is no format that is checked"
                            + Suggestion.of(value.asString(""), Formats.names()));
        }
    }

    private void types(JsonNode value, String at) {
        List<JsonNode> names = value.isArray() ? value.valueStream().toList() : List.of(value);
        if (names.size() > TYPES.size()) {
            problems.add(at, "has " + names.size() + " types; there are " + TYPES.size() + ", name each once");
            return;
        }
        for (JsonNode name : names) {
            if (!TYPES.contains(name.asString(""))) {
                problems.add(
                        at,
                        "is " + Wording.shown(name) + ", which is no type" + Suggestion.of(name.asString(""), TYPES));
            }
        }
    }

    /** What a schema refers to, one step on; null when it refers to nothing. */
    static @Nullable JsonNode target(ObjectNode root, JsonNode schema) {
        String reference = schema.path("$ref").asString("");
        return reference.startsWith("#/") ? root.at(reference.substring(1)) : null;
    }

    /** The words of a schema and of whatever it refers to, in one; the nearer ones where both have the same. */
    static JsonNode resolve(ObjectNode root, JsonNode schema) {
        JsonNode target = target(root, schema);
        if (target == null) {
            return schema;
        }
        JsonNode resolved = resolve(root, target);
        if (schema.size() == 1 || !resolved.isObject()) {
            return resolved;
        }
        ObjectNode all = root.objectNode();
        all.setAll((ObjectNode) resolved);
        all.setAll((ObjectNode) schema);
        all.remove("$ref");
        return all;
    }
}
