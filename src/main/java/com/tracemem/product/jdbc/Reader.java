package com.tracemem.product.jdbc;

import com.tracemem.product.PlannedRead;
import com.tracemem.product.ReadResult;
import com.tracemem.product.ResultMode;
import com.tracemem.product.Source;
import com.tracemem.product.SourceChanged;
import com.tracemem.product.SourceUnavailable;
import com.tracemem.product.jdbc.Failure.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Carries reads out. */
final class Reader {
    /** Characters of all values of an answer; more records than that would not help anybody. */
    private static final int LONGEST_ANSWER = 1_000_000;

    private final Pool pool;

    Reader(Pool pool) {
        this.pool = pool;
    }

    ReadResult read(PlannedRead.Planned read) {
        try (Connection connection = pool.open()) {
            // a query of an administrator's might call what writes; a table of a product's cannot
            return read.product().source() instanceof Source.Query
                    ? readOnly(connection, read)
                    : read(connection, read);
        } catch (SQLException failure) {
            Failure known = pool.dialect().failure(failure);
            if (known.kind() == Kind.SCHEMA) {
                throw new SourceChanged(known.sentence());
            }
            if (known.isConnection()) {
                throw new SourceUnavailable(known.sentence());
            }
            return new ReadResult.Unavailable(known.sentence());
        }
    }

    private ReadResult readOnly(Connection connection, PlannedRead.Planned read) throws SQLException {
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        try {
            return read(connection, read);
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
            connection.setReadOnly(false);
        }
    }

    private ReadResult read(Connection connection, PlannedRead.Planned read) throws SQLException {
        SqlText sql = new Statements(pool.dialect()).select(read, read.limit() + 1);
        try (PreparedStatement statement = Binding.prepare(connection, pool.dialect(), sql)) {
            statement.setFetchSize(pool.dialect().rowsAtOnce());
            try (ResultSet rows = statement.executeQuery()) {
                return result(read, rows);
            }
        }
    }

    private ReadResult result(PlannedRead.Planned read, ResultSet rows) throws SQLException {
        Records records = new Records(read.product(), pool.dialect());
        List<ObjectNode> found = new ArrayList<>();
        boolean more = false;
        while (!more && rows.next()) {
            if (found.size() == read.limit()) {
                more = true;
            } else {
                ObjectNode record = records.record(rows);
                more = records.characters() > LONGEST_ANSWER;
                if (!more) {
                    found.add(record);
                }
            }
        }
        String product = read.product().productId();
        if (more && found.isEmpty()) {
            return new ReadResult.Unavailable(
                    "A record of product '%s' is longer than %d characters: an administrator has to expose fewer fields"
                            .formatted(product, LONGEST_ANSWER));
        }
        if (more && read.resultMode() == ResultMode.SINGLE) {
            boolean multiple = read.product().restrictions().resultMode() == ResultMode.MULTIPLE;
            return new ReadResult.NotSingle(
                    "Product '%s' was asked for one record, and more than one matches: narrow the query%s"
                            .formatted(product, multiple ? ", or ask with result_mode 'multiple'" : ""));
        }
        return ReadResult.Rows.of(found, more);
    }
}
