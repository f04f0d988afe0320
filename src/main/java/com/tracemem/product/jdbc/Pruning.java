package com.tracemem.product.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Takes records of writes out of the table {@code tracemem_write} that nobody will ask about any more. */
final class Pruning {
    private static final int PAGE = 500;
    private static final int MOST_PAGES = 2000;

    private final Pool pool;

    Pruning(Pool pool) {
        this.pool = pool;
    }

    /**
     * Takes out records of writes that nobody will ask about any more.
     *
     * @param settled which of these ids need no record any more
     * @return how many were taken out
     */
    int prune(Duration olderThan, UnaryOperator<List<String>> settled) throws SQLException {
        int pruned = 0;
        String after = "";
        for (int i = 0; i < MOST_PAGES; i++) {
            List<String> page;
            try (Connection connection = pool.open()) {
                page = olderThan(connection, olderThan, after);
                List<String> done = page.isEmpty() ? List.of() : settled.apply(page);
                if (!done.isEmpty()) {
                    pruned += delete(connection, done);
                }
            }
            if (page.size() < PAGE) {
                return pruned;
            }
            after = page.getLast();
        }
        return pruned;
    }

    private List<String> olderThan(Connection connection, Duration age, String after) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select write_id from tracemem_write where write_id > ? and written_at < "
                        + pool.dialect().secondsAgo() + " order by write_id limit ?")) {
            select.setString(1, after);
            select.setLong(2, age.toSeconds());
            select.setInt(3, PAGE);
            try (ResultSet rows = select.executeQuery()) {
                List<String> found = new ArrayList<>();
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
                return found;
            }
        }
    }

    private static int delete(Connection connection, List<String> writeIds) throws SQLException {
        String marks = writeIds.stream().map(id -> "?").collect(Collectors.joining(", "));
        try (PreparedStatement delete =
                connection.prepareStatement("delete from tracemem_write where write_id in (" + marks + ")")) {
            for (int i = 0; i < writeIds.size(); i++) {
                delete.setString(i + 1, writeIds.get(i));
            }
            return delete.executeUpdate();
        }
    }
}
