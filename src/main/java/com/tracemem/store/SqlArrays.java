package com.tracemem.store;

import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Columns of many rows as SQL arrays, for one statement over all of them with {@code unnest}. The elements are given to
 * the driver by their own types: it sends such arrays in PostgreSQL's binary form, and mere objects as text.
 */
public final class SqlArrays {
    private SqlArrays() {}

    public static <T> Array texts(
            Connection connection, Collection<T> rows, Function<? super T, @Nullable String> column)
            throws SQLException {
        return connection.createArrayOf("text", fill(new String[rows.size()], rows, column));
    }

    public static <T> Array integers(Connection connection, Collection<T> rows, Function<? super T, Integer> column)
            throws SQLException {
        return connection.createArrayOf("int4", fill(new Integer[rows.size()], rows, column));
    }

    public static <T> Array longs(Connection connection, Collection<T> rows, Function<? super T, Long> column)
            throws SQLException {
        return connection.createArrayOf("int8", fill(new Long[rows.size()], rows, column));
    }

    public static <T> Array booleans(Connection connection, Collection<T> rows, Function<? super T, Boolean> column)
            throws SQLException {
        return connection.createArrayOf("bool", fill(new Boolean[rows.size()], rows, column));
    }

    public static <T> Array bytes(
            Connection connection, Collection<T> rows, Function<? super T, byte @Nullable []> column)
            throws SQLException {
        return connection.createArrayOf("bytea", fill(new byte[rows.size()][], rows, column));
    }

    /** As {@code text[]}, to be cast with {@code ::timestamptz[]} in the statement. */
    public static <T> Array times(
            Connection connection, Collection<T> rows, Function<? super T, @Nullable Instant> column)
            throws SQLException {
        return texts(connection, rows, row -> {
            Instant time = column.apply(row);
            return time == null ? null : time.toString();
        });
    }

    private static <T, V> @Nullable V[] fill(
            @Nullable V[] values, Collection<T> rows, Function<? super T, ? extends @Nullable V> column) {
        int index = 0;
        for (T row : rows) {
            values[index++] = column.apply(row);
        }
        return values;
    }
}
