package com.tracemem.product.jdbc;

import com.tracemem.product.Bounds;
import com.tracemem.product.TextForm;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a column of PostgreSQL takes, by its type. */
final class PostgresBounds {
    /** What the catalog adds to the length and the digits that were declared; what is less says that none were. */
    private static final int HEADER = 4;

    private static final int LONGEST_NAME = 63;
    private static final BigDecimal LARGEST_FLOAT = new BigDecimal("3.4028234e38");
    private static final BigDecimal LARGEST_DOUBLE = new BigDecimal("1.7976931348623157e308");

    private PostgresBounds() {}

    /**
     * Of a type that is known by name; of an enum {@link #choice}.
     *
     * @param modifier as the catalog has it: what was declared in brackets
     */
    static Bounds of(String type, int modifier) {
        return switch (type) {
            case "varchar", "bpchar" -> modifier < HEADER ? Bounds.NONE : Bounds.characters(modifier - HEADER);
            case "name" -> Bounds.bytes(LONGEST_NAME);
            case "int2" -> range(Short.MIN_VALUE, Short.MAX_VALUE);
            case "int4" -> range(Integer.MIN_VALUE, Integer.MAX_VALUE);
            case "float4" -> Bounds.range(LARGEST_FLOAT.negate(), LARGEST_FLOAT);
            case "float8" -> Bounds.range(LARGEST_DOUBLE.negate(), LARGEST_DOUBLE);
            case "numeric" -> modifier < HEADER ? Bounds.NONE : numeric(modifier - HEADER);
            case "inet" -> Bounds.form(TextForm.ADDRESS);
            case "cidr" -> Bounds.form(TextForm.NETWORK);
            case "macaddr" -> Bounds.form(TextForm.HARDWARE_ADDRESS);
            default -> Bounds.NONE;
        };
    }

    private static Bounds range(long least, long most) {
        return Bounds.range(BigDecimal.valueOf(least), BigDecimal.valueOf(most));
    }

    /** The scale is in the last eleven bits, the first of which is its sign. */
    private static Bounds numeric(int declared) {
        int scale = ((declared & 0x7ff) ^ 0x400) - 0x400;
        return Bounds.decimal((declared >> 16) & 0xffff, scale, null);
    }

    /** Of an enum; its labels are null when they are not known. */
    static Bounds choice(@Nullable Array labels) throws SQLException {
        return Bounds.choices(TextForm.CHOICE, labels == null ? List.of() : List.of((String[]) labels.getArray()));
    }
}
