package com.tracemem.admin;

import com.tracemem.identity.AgentPermissions;
import com.tracemem.identity.FieldError;
import com.tracemem.identity.FieldErrors;
import com.tracemem.identity.PermissionsJson;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the fields of a JSON object that a caller sent and collects everything that is wrong with them, so that one
 * answer tells all of it. A field that is null counts as left out. What a reading method gives for a wrong field is of
 * no use: {@link #end} refuses the whole.
 */
final class Fields {
    private final ObjectNode json;
    private final FieldErrors errors;
    /** The place of the object within what was sent, in front of every name; empty for the whole. */
    private final String within;

    private final Set<String> known = new TreeSet<>();
    private boolean taken;

    Fields(ObjectNode json) {
        this(json, new FieldErrors(), "");
    }

    private Fields(ObjectNode json, FieldErrors errors, String within) {
        this.json = json;
        this.errors = errors;
        this.within = within;
    }

    FieldErrors errors() {
        return errors;
    }

    /** Whether the field was sent at all, null included. */
    boolean has(String name) {
        known.add(name);
        return json.has(name);
    }

    /** Whether the field was sent with a value. */
    boolean present(String name) {
        known.add(name);
        return json.hasNonNull(name);
    }

    String requiredText(String name, int longest) {
        String text = text(name, longest);
        if (text == null && !present(name)) {
            errors.requireText(within + name, null, longest);
        } else if (text != null && text.isBlank()) {
            errors.requireText(within + name, "", longest);
        }
        return text == null ? "" : text;
    }

    @Nullable
    String text(String name, int longest) {
        return text(name, longest, false);
    }

    /** As {@link #text}, for a value that no message may repeat. */
    @Nullable
    String secret(String name, int longest) {
        return text(name, longest, true);
    }

    private @Nullable String text(String name, int longest, boolean secret) {
        JsonNode value = value(name);
        if (value == null) {
            return null;
        }
        if (!value.isString()) {
            errors.add(within + name, "is " + (secret ? kind(value) : shown(value)) + "; give a text");
            return null;
        }
        String text = value.stringValue();
        errors.checkText(within + name, text, longest);
        errors.addIf(hasLoneSurrogate(text), within + name, "contains half of a character; give well-formed Unicode");
        return text;
    }

    @Nullable
    Integer integer(String name, int smallest, int largest) {
        JsonNode value = value(name);
        if (value == null) {
            return null;
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToInt()
                || value.intValue() < smallest
                || value.intValue() > largest) {
            errors.add(
                    within + name,
                    "is %s; give a whole number from %d to %d".formatted(shown(value), smallest, largest));
            return null;
        }
        return value.intValue();
    }

    @Nullable
    Boolean flag(String name) {
        JsonNode value = value(name);
        if (value != null && !value.isBoolean()) {
            errors.add(within + name, "is " + shown(value) + "; give true or false");
            return null;
        }
        return value == null ? null : value.booleanValue();
    }

    @Nullable
    Instant time(String name) {
        JsonNode value = value(name);
        if (value == null) {
            return null;
        }
        try {
            return Times.parse(value.isString() ? value.stringValue() : "");
        } catch (DateTimeException unreadable) {
            errors.add(within + name, "is " + shown(value) + "; give a time such as 2026-01-31T12:00:00Z");
            return null;
        }
    }

    /** One of few words. */
    <T> @Nullable T choice(String name, Function<String, Optional<T>> parse, String allowed) {
        JsonNode value = value(name);
        if (value == null) {
            return null;
        }
        Optional<T> chosen = value.isString() ? parse.apply(value.stringValue()) : Optional.empty();
        if (chosen.isEmpty()) {
            errors.add(within + name, "is " + shown(value) + "; use " + allowed);
        }
        return chosen.orElse(null);
    }

    @Nullable
    List<String> texts(String name, int most, int longest) {
        JsonNode value = value(name);
        if (value == null) {
            return null;
        }
        if (!value.isArray() || value.size() > most) {
            errors.add(within + name, "is %s; give a list of at most %d texts".formatted(kind(value), most));
            return null;
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode element : value) {
            String at = within + name + "[" + texts.size() + "]";
            if (element.isString()) {
                errors.requireText(at, element.stringValue(), longest);
            } else {
                errors.add(at, "is " + shown(element) + "; give a text");
            }
            texts.add(element.isString() ? element.stringValue() : "");
        }
        return texts;
    }

    @Nullable
    ObjectNode object(String name) {
        JsonNode value = value(name);
        if (value != null && !value.isObject()) {
            errors.add(within + name, "is " + shown(value) + "; give an object");
            return null;
        }
        return (ObjectNode) value;
    }

    @Nullable
    AgentPermissions permissions(String name) {
        JsonNode value = value(name);
        return value == null ? null : PermissionsJson.read(value, within + name, errors);
    }

    /** For a field that may be left out but not emptied. */
    void refuseNull(String name) {
        errors.addIf(
                json.path(name).isNull(),
                within + name,
                "is null; give a value, or leave it out to keep what is there");
    }

    /** Everything that was wrong, for a reader that has more to find wrong itself; {@link #end} refuses nothing then. */
    List<FieldError> takeErrors() {
        checkUnknown();
        taken = true;
        return errors.all();
    }

    /**
     * To be called last.
     *
     * @throws com.tracemem.identity.InvalidInput when anything was wrong, fields that nobody read among it
     */
    void end() {
        if (!taken) {
            checkUnknown();
            errors.throwIfAny();
        }
    }

    private void checkUnknown() {
        for (String name : json.propertyNames()) {
            if (!known.contains(name)) {
                String use = known.isEmpty() ? "; no field is expected" : "; use " + String.join(", ", known);
                errors.add(within + cut(name), "is not known here" + use);
            }
        }
    }

    /** Reads an object within; what it does not know is an error, too. */
    <T> @Nullable T inner(String name, Function<Fields, T> read) {
        ObjectNode object = object(name);
        return object == null ? null : inner(object, within + name + ".", read);
    }

    private <T> T inner(ObjectNode object, String at, Function<Fields, T> read) {
        Fields fields = new Fields(object, errors, at);
        T inner = read.apply(fields);
        fields.checkUnknown();
        return inner;
    }

    /**
     * Reads a list of objects within; a text in it stands for itself.
     *
     * @param ofText what a bare text means
     */
    <T> @Nullable List<T> inners(String name, int most, Function<String, T> ofText, Function<Fields, T> read) {
        JsonNode value = value(name);
        if (value == null) {
            return null;
        }
        if (!value.isArray() || value.size() > most) {
            errors.add(within + name, "is %s; give a list of at most %d".formatted(kind(value), most));
            return null;
        }
        List<T> inners = new ArrayList<>();
        int index = 0;
        for (JsonNode element : value) {
            String at = within + name + "[" + index++ + "]";
            if (element instanceof ObjectNode object) {
                inners.add(inner(object, at + ".", read));
            } else if (element.isString()) {
                inners.add(ofText.apply(element.stringValue()));
            } else {
                errors.add(at, "is " + shown(element) + "; give an object");
            }
        }
        return inners;
    }

    private @Nullable JsonNode value(String name) {
        known.add(name);
        JsonNode value = json.get(name);
        return value == null || value.isNull() ? null : value;
    }

    private static String shown(JsonNode value) {
        return value.isString()
                ? FieldErrors.quote(value.stringValue())
                : value.isNumber() || value.isBoolean() ? kind(value) + " " + cut(value.asString()) : kind(value);
    }

    private static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "a list of " + value.size();
            case OBJECT, POJO -> "an object";
            case NUMBER -> "the number";
            case BOOLEAN -> "the truth value";
            case STRING, BINARY -> "a text";
            case NULL, MISSING -> "null";
        };
    }

    private static String cut(String name) {
        String quoted = FieldErrors.quote(name);
        return quoted.substring(1, quoted.length() - 1);
    }

    static boolean hasLoneSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (i + 1 == text.length() || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
                    return true;
                }
                i++;
            }
        }
        return false;
    }
}
