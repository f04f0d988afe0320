package com.tracemem.product.jdbc;

import com.tracemem.product.Condition;
import com.tracemem.product.Condition.Operator;
import com.tracemem.product.Field;
import com.tracemem.product.PlannedRead;
import com.tracemem.product.Product;
import com.tracemem.product.ReadMemory;
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
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Carries one read out, in as much memory as is known beforehand, whatever the source holds: at first as one that brings
 * little, which most do. What turns out to be large waits for its share of the memory and is read again.
 */
final class Reader {
    private final Pool pool;
    private final PlannedRead.Planned read;
    private final Product product;
    private boolean abandoned;

    Reader(Pool pool, PlannedRead.Planned read) {
        this.pool = pool;
        this.read = read;
        this.product = read.product();
    }

    /** How a read is tried, from what costs least to what always works. */
    enum Way {
        /** One record, as keys promise. */
        ONE,
        SMALL,
        LARGE
    }

    ReadResult read(ReadMemory.Share memory) {
        boolean one = read.limit() == 1 || isByKey();
        Way way = pool.usualWay(product.productId(), one);
        while (way != Way.LARGE) {
            ReadResult result = carriedOut(way);
            if (result != null) {
                return result;
            }
            way = way == Way.ONE ? Way.SMALL : Way.LARGE;
            pool.usualWay(product.productId(), one, way);
        }
        if (!memory.take(Portion.LARGE_BYTES)) {
            return new ReadResult.Crowded("The answer is large, and so are many others that are being read just now:"
                    + " try again in a moment, or ask for fewer records");
        }
        ReadResult result = carriedOut(Way.LARGE);
        return result != null ? result : tooLong();
    }

    /** Whether conditions name a value for each field of the primary key; whether those are all of it is not known. */
    private boolean isByKey() {
        boolean keyed = false;
        for (Field field : product.fields()) {
            if (field.primaryKey()) {
                if (!isEqual(field)) {
                    return false;
                }
                keyed = true;
            }
        }
        return keyed;
    }

    private boolean isEqual(Field field) {
        for (Condition condition : read.conditions()) {
            if (condition.operator() == Operator.EQ && condition.field().equals(field)) {
                return true;
            }
        }
        return false;
    }

    /** Null when it brought more than this way is meant for. */
    private @Nullable ReadResult carriedOut(Way way) {
        try (Connection connection = pool.open()) {
            // a query of an administrator's might call what writes; a table of a product's cannot
            return product.source() instanceof Source.Query ? readOnly(connection, way) : read(connection, way);
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

    private @Nullable ReadResult readOnly(Connection connection, Way way) throws SQLException {
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        try {
            return read(connection, way);
        } finally {
            if (!abandoned) {
                connection.rollback();
                connection.setAutoCommit(true);
                connection.setReadOnly(false);
            }
        }
    }

    private @Nullable ReadResult read(Connection connection, Way way) throws SQLException {
        Dialect dialect = pool.dialect();
        Portion portion = way == Way.LARGE ? Portion.LARGE : Portion.SMALL;
        int limit = way == Way.ONE ? 1 : read.limit();
        SqlText sql = new Statements(dialect).select(read, limit + 1, portion);
        PreparedStatement statement = Binding.prepare(connection, dialect, sql);
        boolean unread = false;
        try {
            boolean oneByOne = way != Way.ONE && !dialect.measuresRecords();
            if (oneByOne) {
                statement.setFetchSize(1);
            }
            ResultSet rows = statement.executeQuery();
            unread = oneByOne;
            Found found = found(rows, limit, portion);
            if (!found.tooMuch()) {
                unread = false;
                rows.close();
            }
            return isDone(found, way) ? result(found) : null;
        } finally {
            if (unread) {
                abandoned = true;
                pool.abandon(connection, statement);
            } else {
                statement.close();
            }
        }
    }

    /**
     * What came.
     *
     * @param more whether there were more records
     * @param tooMuch whether those are left out because of what they hold, and not because of their number
     */
    private record Found(List<ObjectNode> records, boolean more, boolean tooMuch) {}

    private Found found(ResultSet rows, int limit, Portion portion) throws SQLException {
        Records records = new Records(product, pool.dialect(), portion);
        List<ObjectNode> found = new ArrayList<>();
        while (rows.next()) {
            if (found.size() == limit) {
                return new Found(found, true, false);
            }
            ObjectNode record = records.record(rows);
            if (records.areTooMuch()) {
                return new Found(found, true, true);
            }
            found.add(record);
        }
        return new Found(found, false, false);
    }

    private boolean isDone(Found found, Way way) {
        return switch (way) {
            case ONE -> !found.tooMuch() && (!found.more() || read.limit() == 1);
            case SMALL -> !found.tooMuch();
            case LARGE -> true;
        };
    }

    private ReadResult result(Found found) {
        if (found.tooMuch() && found.records().isEmpty()) {
            return tooLong();
        }
        if (found.more() && read.resultMode() == ResultMode.SINGLE) {
            boolean multiple = product.restrictions().resultMode() == ResultMode.MULTIPLE;
            return new ReadResult.NotSingle(
                    "Product '%s' was asked for one record, and more than one matches: narrow the query%s"
                            .formatted(product.productId(), multiple ? ", or ask with result_mode 'multiple'" : ""));
        }
        return ReadResult.Rows.of(found.records(), found.more());
    }

    private ReadResult tooLong() {
        int texts = new Statements(pool.dialect()).texts(Statements.shown(product));
        int longest = pool.dialect().measuresRecords() ? Portion.LARGE.characters() : Portion.LARGE.longestText(texts);
        return new ReadResult.Unavailable(
                "A %s of product '%s' is longer than %d characters: an administrator has to expose fewer fields"
                        .formatted(
                                longest < Portion.LARGE.characters() ? "text" : "record",
                                product.productId(),
                                longest));
    }
}
