package com.tracemem.product;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What the values of a field are, in JSON and beside it. */
public enum FieldType {
    /** Text. */
    STRING,
    /** A whole number of at most 64 bits. */
    INTEGER,
    /** A decimal number. */
    NUMBER,
    BOOLEAN,
    /** {@code 2026-01-31}. */
    DATE,
    /** {@code 12:30:00}. */
    TIME,
    /** A point in time: {@code 2026-01-31T12:30:00.000Z}. */
    TIMESTAMP,
    /** A date and time of day of no particular zone: {@code 2026-01-31T12:30:00}. */
    DATETIME,
    UUID,
    /** Any JSON. */
    JSON;

    /** As it is sent and stored: {@code integer}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<FieldType> of(String wireName) {
        return Arrays.stream(values())
                .filter(type -> type.wireName().equals(wireName))
                .findFirst();
    }
}
