package com.tracemem.store;

import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Columns of many rows as SQL arrays, for one statement over all of them with {@code unnest}. */
public final class SqlArrays {
    private SqlArrays() {}

    public static <T> Array texts(
            Connection connection, Collection<T> rows, Function<? super T, @Nullable String> column)
            throws SQLException {
        return connection.createArrayOf("text", rows.stream().map(column).toArray());
    }

    public static <T> Array integers(Connection connection, Collection<T> rows, Function<? super T, Integer> column)
            throws SQLException {
        return connection.createArrayOf("int4", rows.stream().map(column).toArray());
    }

    public static <T> Array longs(Connection connection, Collection<T> rows, Function<? super T, Long> column)
            throws SQLException {
        return connection.createArrayOf("int8", rows.stream().map(column).toArray());
    }

    public static <T> Array booleans(Connection connection, Collection<T> rows, Function<? super T, Boolean> column)
            throws SQLException {
        return connection.createArrayOf("bool", rows.stream().map(column).toArray());
    }

    public static <T> Array bytes(
            Connection connection, Collection<T> rows, Function<? super T, byte @Nullable []> column)
            throws SQLException {
        return connection.createArrayOf("bytea", rows.stream().map(column).toArray(byte[][]::new));
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
}
