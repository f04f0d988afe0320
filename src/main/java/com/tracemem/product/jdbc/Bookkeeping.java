package com.tracemem.product.jdbc;

import com.tracemem.product.Recorded;
import com.tracemem.product.SourceUnavailable;
import com.tracemem.product.jdbc.Failure.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The table {@code tracemem_write} in a target, where each write leaves its id in its own transaction. Whoever inserts an
 * id a second time waits for the first and then collides with it, so the table tells with certainty what became of a write.
 */
final class Bookkeeping {
    private static final String PROBE = "tracemem";
    /** The row that says since when writes are remembered. */
    private static final String BEGINNING = "tracemem: remembered since";
    /** The first write is begun before the table is made for it. */
    private static final Duration FIRST_WRITE = Duration.ofMinutes(2);

    private static final int PAGE = 500;
    private static final int MOST_PAGES = 2000;

    private final Pool pool;

    Bookkeeping(Pool pool) {
        this.pool = pool;
    }

    /** Whether a target remembers writes. */
    enum State {
        UNKNOWN,
        KEPT,
        /** Nor may the login make the table; somebody else may. */
        NOT_KEPT
    }

    /**
     * Finds out whether this write will be remembered, and makes the table the first time, where that is possible. That it
     * is remembered is asked once for each pool, that it is not before each write.
     *
     * @throws SourceUnavailable when it cannot be found out now
     */
    boolean kept(Connection connection) {
        if (pool.bookkeeping() == State.KEPT) {
            return true;
        }
        boolean first = pool.bookkeeping() == State.UNKNOWN;
        boolean kept = usable(connection) || (first && create(connection) && usable(connection));
        if (kept) {
            begin(connection);
        }
        pool.bookkeeping(kept ? State.KEPT : State.NOT_KEPT);
        return kept;
    }

    /** Tries everything that is needed, and takes it back. */
    private boolean usable(Connection connection) {
        try {
            connection.setAutoCommit(false);
            try {
                String probe = "probe " + UUID.randomUUID();
                insert(connection, probe, PROBE, 1);
                complete(connection, probe, 0, List.of());
                return find(connection, probe).isPresent();
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        } catch (SQLException refused) {
            throwUnlessFinal(connection, refused);
            return false;
        }
    }

    private boolean create(Connection connection) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(pool.dialect().createBookkeeping());
            return true;
        } catch (SQLException refused) {
            throwIfLost(connection, refused);
            // another node may have made it at the same moment
            return pool.dialect().failure(refused).kind() == Kind.UNIQUE;
        }
    }

    /** Writes down since when writes are remembered: the table cannot tell what became of those before. */
    private void begin(Connection connection) {
        try {
            if (find(connection, BEGINNING).isEmpty()) {
                insert(connection, BEGINNING, PROBE, 0);
            }
        } catch (SQLException refused) {
            if (pool.dialect().failure(refused).kind() != Kind.UNIQUE) {
                throwUnlessFinal(connection, refused);
            }
        }
    }

    /** What may be otherwise in a moment must not count as a target that keeps no record. */
    private void throwUnlessFinal(Connection connection, SQLException refused) {
        throwIfLost(connection, refused);
        Failure known = pool.dialect().failure(refused);
        switch (known.kind()) {
            case CONFLICT, BUSY, UNIQUE, READ_ONLY -> throw new SourceUnavailable(known.sentence());
            default -> {}
        }
    }

    private void throwIfLost(Connection connection, SQLException failure) {
        Failure known = pool.dialect().failure(failure);
        if (known.isConnection() || known.kind() == Kind.TIMEOUT) {
            pool.evict(connection);
            throw new SourceUnavailable(known.sentence());
        }
    }

    /** Within the write's transaction; waits for another transaction with the same id, and fails when that commits. */
    void insert(Connection connection, String writeId, String productId, int affected) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into tracemem_write (write_id, product_id, affected) values (?, ?, ?)")) {
            insert.setString(1, writeId);
            insert.setString(2, productId);
            insert.setInt(3, affected);
            insert.executeUpdate();
        }
    }

    /** Within the write's transaction: what came of it. */
    void complete(Connection connection, String writeId, int affected, List<ObjectNode> created) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update tracemem_write set affected = ?, created = ? where write_id = ?")) {
            update.setInt(1, affected);
            update.setString(2, Recorded.Happened.created(created));
            update.setString(3, writeId);
            update.executeUpdate();
        }
    }

    Optional<Recorded.Happened> find(Connection connection, String writeId) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select affected, created from tracemem_write where write_id = ?")) {
            select.setString(1, writeId);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(Recorded.Happened.of(row.getInt(1), text(row))) : Optional.empty();
            }
        }
    }

    private static @Nullable String text(ResultSet row) throws SQLException {
        return row.getString(2);
    }

    /**
     * What became of a write, also of one that is still under way.
     *
     * @param age how long ago it was begun
     */
    Recorded ask(String writeId, String productId, Duration age) {
        try (Connection connection = pool.open()) {
            if (!kept(connection)) {
                return new Recorded.CannotTell("The target keeps no record of writes: look into it yourself");
            }
            return ask(connection, writeId, productId, age);
        } catch (SQLException failure) {
            return new Recorded.CannotTell(pool.dialect().failure(failure).sentence());
        } catch (SourceUnavailable unavailable) {
            return new Recorded.CannotTell(unavailable.sentence());
        }
    }

    private Recorded ask(Connection connection, String writeId, String productId, Duration age) throws SQLException {
        Optional<Recorded.Happened> found = find(connection, writeId);
        if (found.isPresent()) {
            return found.get();
        }
        if (!isAsOldAs(connection, age.minus(FIRST_WRITE))) {
            return new Recorded.CannotTell(
                    "The target began to keep a record of writes only after this one was begun: look into it yourself");
        }
        connection.setAutoCommit(false);
        try {
            insert(connection, writeId, productId, 0);
            return new Recorded.DidNotHappen();
        } catch (SQLException refused) {
            Failure known = pool.dialect().failure(refused);
            if (known.kind() != Kind.UNIQUE) {
                return new Recorded.CannotTell(known.sentence());
            }
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
        return find(connection, writeId)
                .<Recorded>map(happened -> happened)
                .orElseGet(() -> new Recorded.CannotTell("The write was under way a moment ago: ask again"));
    }

    private boolean isAsOldAs(Connection connection, Duration age) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select 1 from tracemem_write where write_id = ? and written_at <= "
                        + pool.dialect().secondsAgo())) {
            select.setString(1, BEGINNING);
            select.setLong(2, age.toSeconds());
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        }
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
