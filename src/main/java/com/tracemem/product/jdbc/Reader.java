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
        /** One short record, as keys promise, in one trip with others that are wanted at the same time. */
        TOGETHER,
        /** One record. */
        ONE,
        SMALL,
        LARGE
    }

    ReadResult read(ReadMemory.Share memory) {
        Way cheapest = cheapest();
        Way way = pool.usualWay(product.productId(), cheapest);
        while (way != Way.LARGE) {
            ReadResult result = carriedOut(way);
            if (result != null) {
                return result;
            }
            way = switch (way) {
                case TOGETHER -> Way.ONE;
                case ONE -> Way.SMALL;
                case SMALL, LARGE -> Way.LARGE;
            };
            pool.usualWay(product.productId(), cheapest, way);
        }
        if (!memory.take(Portion.LARGE_BYTES)) {
            return new ReadResult.Crowded("The answer is large, and so are many others that are being read just now:"
                    + " try again in a moment, or ask for fewer records");
        }
        ReadResult result = carriedOut(Way.LARGE);
        return result != null ? result : tooLong();
    }

    private Way cheapest() {
        if (read.limit() > 1 && !isByKey()) {
            return Way.SMALL;
        }
        return pool.dialect().takesSeveral() && product.source() instanceof Source.Table ? Way.TOGETHER : Way.ONE;
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
        try {
            return way == Way.TOGETHER ? together() : alone(way);
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

    private @Nullable ReadResult together() throws SQLException {
        Found found = pool.readTogether(new Wanted(this, statement(Way.TOGETHER, Portion.TINY)));
        return isDone(found, Way.TOGETHER) ? result(found) : null;
    }

    /** A read that may go with others. */
    record Wanted(Reader reader, SqlText statement) {}

    /** What reads of the same statement find, in one trip to the database. */
    static List<Found> found(Pool pool, List<Wanted> several) throws SQLException {
        SqlText sql = SqlText.joined(several.stream().map(Wanted::statement).toList());
        try (Connection connection = pool.open();
                PreparedStatement all = Binding.prepare(connection, pool.dialect(), sql)) {
            List<Found> found = new ArrayList<>(several.size());
            all.execute();
            for (Wanted wanted : several) {
                try (ResultSet rows = all.getResultSet()) {
                    found.add(wanted.reader().found(rows, 1, Portion.TINY));
                }
                all.getMoreResults();
            }
            return found;
        }
    }

    private @Nullable ReadResult alone(Way way) throws SQLException {
        try (Connection connection = pool.open()) {
            // a query of an administrator's might call what writes; a table of a product's cannot
            return product.source() instanceof Source.Query ? readOnly(connection, way) : read(connection, way);
        }
    }

    private SqlText statement(Way way, Portion portion) {
        return new Statements(pool.dialect()).select(read, most(way) + 1, portion);
    }

    /** How many records are wanted. */
    private int most(Way way) {
        return way == Way.TOGETHER || way == Way.ONE ? 1 : read.limit();
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
        PreparedStatement statement = Binding.prepare(connection, dialect, statement(way, portion));
        boolean unread = false;
        try {
            boolean oneByOne = way != Way.ONE && !dialect.measuresRecords();
            if (oneByOne) {
                statement.setFetchSize(1);
            }
            ResultSet rows = statement.executeQuery();
            unread = oneByOne;
            Found found = found(rows, most(way), portion);
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
    record Found(List<ObjectNode> records, boolean more, boolean tooMuch) {}

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
            case TOGETHER, ONE -> !found.tooMuch() && (!found.more() || read.limit() == 1);
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
