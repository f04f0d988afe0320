package com.tracemem.admin;

import com.tracemem.identity.FieldErrors;
import com.tracemem.store.PageRequest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads what the query of a list's address asks for, and collects everything that is wrong with it. */
final class Listing {
    private static final int LONGEST = 200;

    private final FieldErrors errors = new FieldErrors();

    /** A page of a list whose sort key is one id. */
    static PageRequest page(@Nullable String limit, @Nullable String cursor) {
        Listing listing = new Listing();
        PageRequest page = listing.pageOf(limit, cursor);
        listing.end();
        return page;
    }

    PageRequest pageOf(@Nullable String limit, @Nullable String cursor) {
        int most = number("limit", limit, PageRequest.DEFAULT_LIMIT, 1, PageRequest.LARGEST_LIMIT);
        try {
            return PageRequest.of(most, cursor, 1);
        } catch (IllegalArgumentException wrong) {
            errors.add("cursor", "is not one that this list gave out; use next_cursor of the page before, or none");
            return PageRequest.of(most, null, 1);
        }
    }

    int number(String name, @Nullable String value, int otherwise, int smallest, int largest) {
        return (int) whole(name, value, otherwise, smallest, largest);
    }

    long whole(String name, @Nullable String value, long otherwise, long smallest, long largest) {
        if (value == null || value.isEmpty()) {
            return otherwise;
        }
        try {
            long number = Long.parseLong(value);
            if (number >= smallest && number <= largest) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // told below
        }
        errors.add(
                name,
                "is %s; give a whole number from %d to %d".formatted(FieldErrors.quote(value), smallest, largest));
        return otherwise;
    }

    boolean flag(String name, @Nullable String value) {
        boolean known = value == null || value.isEmpty() || value.equals("true") || value.equals("false");
        errors.addIf(!known, name, "is %s; use true or false".formatted(FieldErrors.quote(String.valueOf(value))));
        return "true".equals(value);
    }

    @Nullable
    String text(String name, @Nullable String value) {
        if (value == null || value.isEmpty()) {
            return null;
        }
        errors.checkText(name, value, LONGEST);
        return value;
    }

    @Nullable
    Instant time(String name, @Nullable String value) {
        if (value == null || value.isEmpty()) {
            return null;
        }
        try {
            return Times.parse(value);
        } catch (DateTimeException unreadable) {
            errors.add(name, "is %s; give a time such as 2026-01-31T12:00:00Z".formatted(FieldErrors.quote(value)));
            return null;
        }
    }

    <T> @Nullable T choice(String name, @Nullable String value, Function<String, Optional<T>> parse, String allowed) {
        if (value == null || value.isEmpty()) {
            return null;
        }
        Optional<T> chosen = parse.apply(value);
        errors.addIf(chosen.isEmpty(), name, "is %s; use %s".formatted(FieldErrors.quote(value), allowed));
        return chosen.orElse(null);
    }

    void end() {
        errors.throwIfAny();
    }
}
