package com.tracemem.mcp.tool;

import com.tracemem.trace.CanonicalJson;
import com.tracemem.trace.Refusal;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The arguments of one call, read by name and type. Whatever does not fit is a {@link RefusedException} whose sentence
 * names the argument, what came and what would be right. A null, and a text of nothing but blanks, is as good as absent.
 *
 * <p>Remembers which names were read: the others are named in {@link #warnings}.
 */
public final class Arguments {
    /** Longer than any choice; longer texts are not repeated in an error. */
    private static final int LONGEST_CHOICE = 64;

    private static final int MOST_WARNINGS = 20;
    private static final Pattern DECISION_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final ObjectNode values;
    private final Set<String> known = new HashSet<>();
    private final List<String> warnings = new ArrayList<>();

    public Arguments(ObjectNode values) {
        this.values = values;
    }

    /** The id of a decision; what cannot be one answers as one that does not exist. */
    public String decisionId() {
        String id = requiredText("decision_id", Integer.MAX_VALUE);
        if (!DECISION_ID.matcher(id).matches()) {
            throw new RefusedException(Refusal.Code.NOT_FOUND, "Decision not found");
        }
        return id;
    }

    /** Names a call so that it can be repeated; null when absent. One without a character is no name, and no absence either. */
    public @Nullable String idempotencyKey() {
        JsonNode value = values.get("idempotency_key");
        if (value != null && value.isString() && value.stringValue().isBlank()) {
            throw RefusedException.invalid(
                    "idempotency_key is empty: give a text that names this call, or leave it out to make the call anew each"
                            + " time");
        }
        return text("idempotency_key", Limits.IDEMPOTENCY_KEY);
    }

    /** A text of so many characters at most, which must be there. */
    public String requiredText(String name, int maxLength, String... aliases) {
        return present(name, text(name, maxLength, aliases));
    }

    /** A text of so many characters at most; null when absent or blank. */
    public @Nullable String text(String name, int maxLength, String... aliases) {
        JsonNode value = find(name, aliases);
        if (value == null) {
            return null;
        }
        if (!value.isString()) {
            throw wrongType(name, "a string", value);
        }
        return checkedText(name, value.stringValue(), maxLength);
    }

    /** An object of so many bytes at most, as canonical JSON, which must be there. */
    public ObjectNode requiredObject(String name, int maxBytes, String... aliases) {
        return present(name, object(name, maxBytes, aliases));
    }

    /**
     * An object of so many bytes at most, as canonical JSON; null when absent.
     *
     * @throws com.tracemem.trace.NotCanonicalException when it has no canonical form
     */
    public @Nullable ObjectNode object(String name, int maxBytes, String... aliases) {
        ObjectNode object = object(name, aliases);
        if (object != null) {
            checkSize(name, object, maxBytes);
        }
        return object;
    }

    public @Nullable ObjectNode object(String name, String... aliases) {
        JsonNode value = find(name, aliases);
        if (value == null) {
            return null;
        }
        if (value instanceof ObjectNode object) {
            return object;
        }
        throw wrongType(name, "an object", value);
    }

    public @Nullable JsonNode objectOrList(String name) {
        JsonNode value = find(name);
        if (value == null || value.isObject() || value.isArray()) {
            return value;
        }
        throw wrongType(name, "an object or an array", value);
    }

    public @Nullable JsonNode textOrObject(String name, int maxLength, int maxBytes) {
        JsonNode value = find(name);
        if (value instanceof ObjectNode object) {
            checkSize(name, object, maxBytes);
        } else if (value != null && value.isString()) {
            String ignored = checkedText(name, value.stringValue(), maxLength);
        } else if (value != null) {
            throw wrongType(name, "a string or an object", value);
        }
        return value;
    }

    public @Nullable Boolean flag(String name) {
        JsonNode value = find(name);
        if (value != null && !value.isBoolean()) {
            throw wrongType(name, "true or false", value);
        }
        return value == null ? null : value.booleanValue();
    }

    /** Null when absent. A number without a fraction counts as an integer, however it is written. */
    public @Nullable Long integer(String name, long least, long most) {
        JsonNode value = find(name);
        if (value == null) {
            return null;
        }
        String right = "an integer from " + least + " to " + most;
        if (!value.isNumber()) {
            throw wrongType(name, right, value);
        }
        BigDecimal exact = value.decimalValue();
        // the bounds first: writing out a number with a huge exponent would take for ever
        if (exact.compareTo(BigDecimal.valueOf(least)) < 0 || exact.compareTo(BigDecimal.valueOf(most)) > 0) {
            throw RefusedException.invalid(name + " must be " + right + ", not " + Wording.shown(value.toString()));
        }
        try {
            return exact.longValueExact();
        } catch (ArithmeticException fraction) {
            throw RefusedException.invalid(name + " must be " + right + ", not " + Wording.shown(value.toString()));
        }
    }

    public long integer(String name, long least, long most, long otherwise) {
        Long value = integer(name, least, most);
        return value == null ? otherwise : value;
    }

    /**
     * One of a few names, which must be there.
     *
     * @param parse throws IllegalArgumentException with a sentence for the caller
     */
    public <T> T requiredChoice(String name, Function<String, T> parse, String... aliases) {
        return present(name, choice(name, parse, aliases));
    }

    /**
     * One of a few names; null when absent.
     *
     * @param parse throws IllegalArgumentException with a sentence for the caller
     */
    public <T> @Nullable T choice(String name, Function<String, T> parse, String... aliases) {
        String text = text(name, LONGEST_CHOICE, aliases);
        if (text == null) {
            return null;
        }
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException unknown) {
            throw RefusedException.invalid(String.valueOf(unknown.getMessage()));
        }
    }

    /** Adds a sentence to {@link #warnings}. */
    void warn(String sentence) {
        warnings.add(sentence);
    }

    /** What was ignored; complete once the tool has read its arguments. */
    public List<String> warnings() {
        List<String> all = new ArrayList<>(warnings);
        values.propertyNames().stream()
                .filter(name -> !known.contains(name))
                .limit(MOST_WARNINGS)
                .forEach(name -> all.add("Unknown argument '" + Wording.shown(name) + "' was ignored"));
        return all;
    }

    /** The value under its own name, else under the first alias that has one. */
    private @Nullable JsonNode find(String name, String... aliases) {
        known.add(name);
        JsonNode found = presentValue(name);
        for (String alias : aliases) {
            known.add(alias);
            JsonNode other = presentValue(alias);
            if (found == null) {
                found = other;
            } else if (other != null) {
                warnings.add("'" + alias + "' was ignored because '" + name + "' is there");
            }
        }
        return found;
    }

    private @Nullable JsonNode presentValue(String name) {
        JsonNode value = values.get(name);
        boolean absent = value == null
                || value.isNull()
                || (value.isString() && value.stringValue().isBlank());
        return absent ? null : value;
    }

    private static String checkedText(String name, String text, int maxLength) {
        // the cheap comparison first: a text has never more characters than UTF-16 units
        if (text.length() > maxLength && text.codePointCount(0, text.length()) > maxLength) {
            throw RefusedException.invalid(name + " is longer than " + maxLength + " characters: shorten it");
        }
        if (text.indexOf('\0') >= 0) {
            throw RefusedException.invalid(name + " has a NUL character: remove it");
        }
        if (!Wording.isWellFormed(text)) {
            throw RefusedException.invalid(name + " is not well-formed Unicode (a lone surrogate): send valid UTF-8");
        }
        return text;
    }

    private static void checkSize(String name, ObjectNode object, int maxBytes) {
        // under its name, so that a sentence about a value that cannot be kept says where it is
        ObjectNode named = JsonNodeFactory.instance.objectNode().set(name, object);
        int frame = "{\"\":}".length() + name.length();
        int bytes = CanonicalJson.of(named).text().getBytes(StandardCharsets.UTF_8).length - frame;
        if (bytes > maxBytes) {
            throw RefusedException.invalid(name + " is " + bytes + " bytes of JSON, more than " + maxBytes
                    + ": keep it elsewhere and send a reference instead");
        }
    }

    private static <T> T present(String name, @Nullable T value) {
        if (value == null) {
            throw RefusedException.invalid(name + " is required");
        }
        return value;
    }

    private static RefusedException wrongType(String name, String right, JsonNode came) {
        return RefusedException.invalid(name + " must be " + right + ", not " + Wording.kind(came));
    }
}
