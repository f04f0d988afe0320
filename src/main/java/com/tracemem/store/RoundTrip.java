package com.tracemem.store;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Statements that go to the database together: they run one after the other, in the transaction of the connection, and
 * are waited for once instead of one by one. The first that fails ends it, and none after it runs.
 *
 * <p>The driver prepares each combination of statements anew, so a caller offers few combinations: better a statement
 * over no rows than one that is there only sometimes.
 */
public final class RoundTrip {
    private static final Statement END = new Statement("commit", row -> {}, null);

    private final Connection connection;
    private final List<Statement> statements = new ArrayList<>();
    private final List<@Nullable Object> parameters = new ArrayList<>();

    public RoundTrip(Connection connection) {
        this.connection = connection;
    }

    /** Takes one row of an answer. */
    @FunctionalInterface
    public interface RowReader {
        void read(ResultSet row) throws SQLException;
    }

    private record Statement(
            String sql, RowReader reader, @Nullable Expected expected) {}

    private record Expected(int rows, String otherwise) {}

    /** Adds a statement that answers rows. */
    public Parameters read(String sql, RowReader reader) {
        statements.add(new Statement(sql, reader, null));
        return new Parameters();
    }

    /** Adds a statement whose answer, if it gives one, is of no interest. */
    public Parameters write(String sql) {
        return read(sql, row -> {});
    }

    /**
     * Adds a statement that must change exactly so many rows.
     *
     * @param otherwise what it means when it changed fewer or more
     */
    public Parameters writeExactly(int rows, String sql, String otherwise) {
        statements.add(new Statement(sql, row -> {}, new Expected(rows, otherwise)));
        return new Parameters();
    }

    /** How many statements there are. */
    public int size() {
        return statements.size();
    }

    /** Sends the statements and takes their answers. Nothing is sent when there is none. */
    public void run() throws SQLException {
        if (statements.isEmpty()) {
            return;
        }
        String sql = String.join(";", statements.stream().map(Statement::sql).toList());
        try (PreparedStatement all = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.size(); i++) {
                set(all, i + 1, parameters.get(i));
            }
            boolean rows = all.execute();
            for (Statement statement : statements) {
                if (rows) {
                    read(all, statement.reader());
                } else {
                    check(all.getUpdateCount(), statement.expected());
                }
                rows = all.getMoreResults();
            }
        }
    }

    /**
     * Sends the statements and commits. Where no number of changed rows has to be looked at before, the commit goes with
     * them.
     */
    public void runAndCommit() throws SQLException {
        if (!statements.isEmpty() && statements.stream().allMatch(statement -> statement.expected() == null)) {
            statements.add(END);
        }
        run();
        // the driver knows when the transaction is over already
        connection.commit();
    }

    private static void read(PreparedStatement all, RowReader reader) throws SQLException {
        try (ResultSet row = all.getResultSet()) {
            while (row.next()) {
                reader.read(row);
            }
        }
    }

    private static void check(int changed, @Nullable Expected expected) throws SQLException {
        if (expected != null && changed != expected.rows()) {
            throw new SQLException(
                    "Of " + expected.rows() + " rows " + changed + " were changed: " + expected.otherwise());
        }
    }

    private static void set(PreparedStatement all, int index, @Nullable Object value) throws SQLException {
        if (value instanceof Array array) {
            all.setArray(index, array);
        } else {
            all.setObject(index, value);
        }
    }

    /** The parameters of the statement that was added last, in their order: columns of many rows as SQL arrays. */
    public final class Parameters {
        private Parameters() {}

        public Parameters time(Instant time) {
            parameters.add(time.atOffset(ZoneOffset.UTC));
            return this;
        }

        public Parameters text(String text) {
            parameters.add(text);
            return this;
        }

        public <T> Parameters texts(Collection<T> rows, Function<? super T, @Nullable String> column)
                throws SQLException {
            return add(SqlArrays.texts(connection, rows, column));
        }

        public <T> Parameters integers(Collection<T> rows, Function<? super T, Integer> column) throws SQLException {
            return add(SqlArrays.integers(connection, rows, column));
        }

        public <T> Parameters longs(Collection<T> rows, Function<? super T, Long> column) throws SQLException {
            return add(SqlArrays.longs(connection, rows, column));
        }

        public <T> Parameters booleans(Collection<T> rows, Function<? super T, Boolean> column) throws SQLException {
            return add(SqlArrays.booleans(connection, rows, column));
        }

        public <T> Parameters bytes(Collection<T> rows, Function<? super T, byte @Nullable []> column)
                throws SQLException {
            return add(SqlArrays.bytes(connection, rows, column));
        }

        /** As {@code text[]}, to be cast with {@code ::timestamptz[]} in the statement. */
        public <T> Parameters times(Collection<T> rows, Function<? super T, @Nullable Instant> column)
                throws SQLException {
            return add(SqlArrays.times(connection, rows, column));
        }

        private Parameters add(Array array) {
            parameters.add(array);
            return this;
        }
    }
}
