package com.tracemem.product.jdbc;

import com.tracemem.product.Recorded;
import com.tracemem.product.SourceUnavailable;
import com.tracemem.product.jdbc.Failure.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The table {@code tracemem_write} in a target, where each write leaves its id in its own transaction. Whoever inserts an
 * id a second time waits for the first and then collides with it, so the table tells with certainty what became of a write.
 */
final class Bookkeeping {
    private final Pool pool;

    Bookkeeping(Pool pool) {
        this.pool = pool;
    }

    /** Whether a target remembers writes. */
    enum State {
        UNKNOWN,
        KEPT,
        NOT_KEPT
    }

    /**
     * Finds out once for each pool, and makes the table where that is possible.
     *
     * @throws SourceUnavailable when the connection was lost over it
     */
    boolean kept(Connection connection) {
        if (pool.bookkeeping() == State.UNKNOWN) {
            pool.bookkeeping(
                    usable(connection) || (create(connection) && usable(connection)) ? State.KEPT : State.NOT_KEPT);
        }
        return pool.bookkeeping() == State.KEPT;
    }

    /** Tries everything that is needed, and takes it back. */
    private boolean usable(Connection connection) {
        try {
            connection.setAutoCommit(false);
            try {
                String probe = "probe " + UUID.randomUUID();
                insert(connection, probe, "probe", 1);
                complete(connection, probe, 0, List.of());
                return find(connection, probe).isPresent();
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        } catch (SQLException refused) {
            throwIfLost(connection, refused);
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

    /** What became of a write, also of one that is still under way. */
    Recorded ask(String writeId, String productId) {
        try (Connection connection = pool.open()) {
            if (!kept(connection)) {
                return new Recorded.CannotTell("The target keeps no record of writes: look into it yourself");
            }
            return ask(connection, writeId, productId);
        } catch (SQLException failure) {
            return new Recorded.CannotTell(pool.dialect().failure(failure).sentence());
        } catch (SourceUnavailable unavailable) {
            return new Recorded.CannotTell(unavailable.sentence());
        }
    }

    private Recorded ask(Connection connection, String writeId, String productId) throws SQLException {
        Optional<Recorded.Happened> found = find(connection, writeId);
        if (found.isPresent()) {
            return found.get();
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
}
