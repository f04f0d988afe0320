package com.tracemem.product;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a product does; each does exactly one. */
public enum Operation {
    READ,
    INSERT,
    UPDATE,
    DELETE;

    /** As it is sent and stored: {@code read}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public boolean writes() {
        return this != READ;
    }

    /** As an agent's permission: {@code read} or {@code write}. */
    public String permission() {
        return writes() ? "write" : "read";
    }

    public static Optional<Operation> of(String wireName) {
        return Arrays.stream(values())
                .filter(operation -> operation.wireName().equals(wireName))
                .findFirst();
    }
}
