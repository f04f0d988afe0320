package com.tracemem.product;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How many records an answer may have. */
public enum ResultMode {
    /** At most one; two are an error. */
    SINGLE,
    /** As many as the row limit allows. */
    MULTIPLE;

    /** As it is sent and stored: {@code single}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<ResultMode> of(String wireName) {
        return Arrays.stream(values())
                .filter(mode -> mode.wireName().equals(wireName))
                .findFirst();
    }
}
