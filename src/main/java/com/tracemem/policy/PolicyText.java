package com.tracemem.policy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A policy's text, in YAML or JSON, as a tree in which every value knows its place.
 *
 * @param json the tree
 * @param places by path, such as {@code rules[0].when}
 */
record PolicyText(String source, JsonNode json, Map<String, Place> places) {
    /** Bytes of UTF-8. */
    static final int LONGEST = 64 * 1024;

    static final int DEEPEST = 24;
    static final int MOST_VALUES = 4_000;

    /**
     * Where a value begins.
     *
     * @param line from 1; 0 when unknown
     * @param column from 1
     * @param inner how a text is written there
     */
    record Place(int line, int column, Inner inner) {
        static final Place UNKNOWN = new Place(0, 0, Inner.UNKNOWN);

        enum Inner {
            /** Begins where the value begins. */
            PLAIN,
            /** Within single quotation marks, which are doubled inside. */
            SINGLE,
            /** Within double quotation marks, with escapes. */
            DOUBLE,
            /** Begins on the next line. */
            BLOCK,
            /** Its characters cannot be found again. */
            UNKNOWN
        }

        @Nullable
        Integer lineOrNull() {
            return line == 0 ? null : line;
        }

        @Nullable
        Integer columnOrNull() {
            return line == 0 ? null : column;
        }
    }

    /**
     * Reads a text: JSON when it begins with a brace, else YAML 1.2 without anchors, aliases and tags.
     *
     * @throws InvalidPolicyException when it is neither, or larger or deeper than a policy may be
     */
    static PolicyText read(String source) {
        if (source.length() > LONGEST || source.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
            throw refused(Place.UNKNOWN, "is larger than " + LONGEST / 1024 + " KiB; make several policies of it");
        }
        PolicyText text =
                source.stripLeading().startsWith("{") ? new JsonReader(source).read() : new YamlReader(source).read();
        if (!text.json().isObject()) {
            throw refused(
                    text.placeOf(""),
                    "is not a mapping; a policy has the fields policy_id, description, inputs, rules, default, tests");
        }
        return text;
    }

    static InvalidPolicyException refused(Place place, String message) {
        return new InvalidPolicyException(
                List.of(new PolicyProblem("", place.lineOrNull(), place.columnOrNull(), message)));
    }

    /** The place of a value, or of the nearest one around it. */
    Place placeOf(String field) {
        String path = field;
        while (true) {
            Place place = places.get(path);
            if (place != null || path.isEmpty()) {
                return place == null ? Place.UNKNOWN : place;
            }
            int cut = Math.max(path.lastIndexOf('.'), path.lastIndexOf('['));
            path = path.substring(0, Math.max(cut, 0));
        }
    }

    /** The place of a character of a text value, where it can be told. */
    Place placeWithin(String field, String value, int line, int column) {
        return Alignment.find(source, placeOf(field), value, line, column);
    }

    static String child(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
