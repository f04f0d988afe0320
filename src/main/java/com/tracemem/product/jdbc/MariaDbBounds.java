package com.tracemem.product.jdbc;

import com.tracemem.product.Bounds;
import com.tracemem.product.TextForm;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a column of MariaDB or MySQL takes, by its row in the information schema. */
final class MariaDbBounds {
    private static final BigDecimal LARGEST_FLOAT = new BigDecimal("3.4028234e38");
    private static final BigDecimal LARGEST_DOUBLE = new BigDecimal("1.7976931348623157e308");
    private static final Pattern CHOICE = Pattern.compile("'((?:[^']|'')*)'");

    private MariaDbBounds() {}

    static Bounds of(ResultSet column) throws SQLException {
        String full = column.getString("native_type");
        boolean unsigned = full.toLowerCase(Locale.ROOT).contains("unsigned");
        return switch (column.getString("data_type").toLowerCase(Locale.ROOT)) {
            case "char", "varchar" -> Bounds.characters(column.getInt("longest"));
            case "tinytext", "text", "mediumtext" -> text(column);
            case "tinyint" -> whole(8, unsigned);
            case "smallint" -> whole(16, unsigned);
            case "mediumint" -> whole(24, unsigned);
            case "int", "integer" -> whole(32, unsigned);
            case "bigint" -> unsigned ? whole(64, true) : Bounds.NONE;
            case "decimal" ->
                Bounds.decimal(column.getInt("digits"), column.getInt("scale"), unsigned ? BigDecimal.ZERO : null);
            case "float" -> floating(LARGEST_FLOAT, unsigned);
            case "double" -> floating(LARGEST_DOUBLE, unsigned);
            case "enum" -> Bounds.choices(TextForm.CHOICE, choices(full));
            case "set" -> Bounds.choices(TextForm.CHOICES, choices(full));
            case "inet4" -> Bounds.form(TextForm.ADDRESS_4);
            case "inet6" -> Bounds.form(TextForm.ADDRESS_6);
            case "time" -> Bounds.form(TextForm.TIME_SPAN);
            default -> Bounds.NONE;
        };
    }

    /** Bytes are only counted alike where the column is in UTF-8. */
    private static Bounds text(ResultSet column) throws SQLException {
        long bytes = column.getLong("bytes");
        String characters = column.getString("characters");
        return characters != null && characters.startsWith("utf8") && bytes > 0 && bytes <= Integer.MAX_VALUE
                ? Bounds.bytes((int) bytes)
                : Bounds.NONE;
    }

    private static Bounds whole(int bits, boolean unsigned) {
        BigInteger values = BigInteger.ONE.shiftLeft(unsigned ? bits : bits - 1);
        return Bounds.range(
                unsigned ? BigDecimal.ZERO : new BigDecimal(values.negate()),
                new BigDecimal(values.subtract(BigInteger.ONE)));
    }

    private static Bounds floating(BigDecimal largest, boolean unsigned) {
        return Bounds.range(unsigned ? BigDecimal.ZERO : largest.negate(), largest);
    }

    private static List<String> choices(String full) {
        List<String> choices = new ArrayList<>();
        Matcher choice = CHOICE.matcher(full);
        while (choice.find()) {
            choices.add(choice.group(1).replace("''", "'"));
        }
        return choices;
    }
}
