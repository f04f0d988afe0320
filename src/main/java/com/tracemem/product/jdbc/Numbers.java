package com.tracemem.product.jdbc;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Decimal numbers as databases write them. */
final class Numbers {
    private Numbers() {}

    /** What is no number ({@code NaN}, {@code Infinity}) stays a text. */
    static @Nullable Object of(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException noNumber) {
            return text;
        }
    }
}
