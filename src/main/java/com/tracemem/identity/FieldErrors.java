package com.tracemem.identity;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects everything that is wrong with an input, so that its sender hears of it all at once. */
public final class FieldErrors {
    private static final int SHOWN = 80;

    private final List<FieldError> errors = new ArrayList<>();

    public void add(String field, String message) {
        errors.add(new FieldError(field, message));
    }

    public void addIf(boolean wrong, String field, String message) {
        if (wrong) {
            add(field, message);
        }
    }

    /** A text that has to be there: 1 to {@code longest} characters, not blank, without control characters. */
    public void requireText(String field, @Nullable String value, int longest) {
        if (value == null || value.isBlank()) {
            add(field, "is missing or empty; give 1 to %d characters".formatted(longest));
        } else {
            checkText(field, value, longest);
        }
    }

    /** A text that may be left out; when it is there it has at most {@code longest} characters. */
    public void checkText(String field, @Nullable String value, int longest) {
        if (value == null) {
            return;
        }
        int length = value.codePointCount(0, value.length());
        addIf(length > longest, field, "has %d characters; at most %d are possible".formatted(length, longest));
        boolean control = value.chars().anyMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\t');
        addIf(control, field, "contains a control character; only printable text is possible");
    }

    public List<FieldError> all() {
        return List.copyOf(errors);
    }

    /**
     * Refuses the input when anything was collected.
     *
     * @throws InvalidInput with all of it
     */
    public void throwIfAny() {
        if (!errors.isEmpty()) {
            throw new InvalidInput(errors);
        }
    }

    /** A value as it may stand in a message: quoted, on one line, cut to {@value #SHOWN} characters. */
    public static String quote(String value) {
        String cut = value.codePointCount(0, value.length()) <= SHOWN
                ? value
                : value.substring(0, value.offsetByCodePoints(0, SHOWN)) + "…";
        return "'" + cut.replaceAll("\\p{Cntrl}", " ") + "'";
    }
}
