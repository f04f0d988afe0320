package com.tracemem.product.jdbc;

import com.tracemem.product.Product;
import com.tracemem.product.Recorded;
import com.tracemem.product.SourceUnavailable;
import com.tracemem.product.TargetMemory;
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
 *
 * <p>The table has a name of its own in one of its rows. A write is bound to the name before it begins: in a table that was
 * made anew, or in another database, it is not made, and that such a table does not know it proves nothing.
 */
final class Bookkeeping {
    private static final String PROBE = "tracemem";
    /** The row that says since when writes are remembered, and holds the table's name. */
    private static final String BEGINNING = "tracemem: remembered since";
    /** Instead of how many rows a write touched: it was given up, and is never made. */
    private static final int GIVEN_UP = -1;

    /**
     * What the table knows of one write.
     *
     * @param created what is kept of the records that it made
     */
    record Row(int affected, @Nullable String created) {
        boolean isGivenUp() {
            return affected == GIVEN_UP;
        }
    }

    private final Pool pool;

    Bookkeeping(Pool pool) {
        this.pool = pool;
    }

    /**
     * By what the target remembers writes. Makes the table the first time, where that is possible. That it remembers is
     * asked once for each pool, that it does not before each write.
     *
     * @throws SourceUnavailable when it cannot be found out now
     */
    TargetMemory memory() {
        TargetMemory known = pool.memory();
        if (known != null) {
            return known;
        }
        try (Connection connection = pool.open()) {
            boolean first = pool.tryMemory();
            MemoryTable table = MemoryTable.in(connection, pool.dialect());
            if (table == MemoryTable.ABSENT && first && create(connection)) {
                table = MemoryTable.in(connection, pool.dialect());
            }
            if (table != MemoryTable.OURS || !usable(connection)) {
                return new TargetMemory.None();
            }
            TargetMemory.Kept found = new TargetMemory.Kept(name(connection));
            pool.memory(found);
            return found;
        } catch (SQLException failure) {
            throw new SourceUnavailable(pool.dialect().failure(failure).sentence());
        }
    }

    /** Tries everything that is needed, and takes it back. */
    private boolean usable(Connection connection) {
        try {
            connection.setAutoCommit(false);
            try {
                String probe = "probe " + UUID.randomUUID();
                insert(connection, probe, PROBE, 1);
                complete(connection, probe, 0, null);
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

    /** The table's name, given to it where it has none. */
    private String name(Connection connection) throws SQLException {
        Optional<String> name = givenName(connection);
        if (name.isPresent()) {
            return name.get();
        }
        try {
            insert(connection, BEGINNING, PROBE, 0);
        } catch (SQLException refused) {
            if (pool.dialect().failure(refused).kind() != Kind.UNIQUE) {
                throw refused;
            }
        }
        try (PreparedStatement update = connection.prepareStatement(
                "update tracemem_write set created = ? where write_id = ? and created is null")) {
            update.setString(1, UUID.randomUUID().toString());
            update.setString(2, BEGINNING);
            update.executeUpdate();
        }
        return givenName(connection)
                .orElseThrow(() -> new SQLException("The table tracemem_write forgets what it is told"));
    }

    private static Optional<String> givenName(Connection connection) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select created from tracemem_write where write_id = ?")) {
            select.setString(1, BEGINNING);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.ofNullable(row.getString(1)) : Optional.empty();
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

    private static void insert(Connection connection, String writeId, String productId, int affected)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into tracemem_write (write_id, product_id, affected) values (?, ?, ?)")) {
            insert.setString(1, writeId);
            insert.setString(2, productId);
            insert.setInt(3, affected);
            insert.executeUpdate();
        }
    }

    /**
     * Within the write's transaction; waits for another transaction with the same id, and fails when that commits.
     *
     * @return false when this is not the table of that name
     */
    boolean insert(Connection connection, String writeId, String productId, int affected, String memory)
            throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("insert into tracemem_write (write_id, product_id, affected)"
                        + " select ?, ?, ? from tracemem_write where write_id = ? and created = ?")) {
            insert.setString(1, writeId);
            insert.setString(2, productId);
            insert.setInt(3, affected);
            insert.setString(4, BEGINNING);
            insert.setString(5, memory);
            return insert.executeUpdate() == 1;
        }
    }

    /**
     * Within the write's transaction: what came of it.
     *
     * @param created what is kept of the records that it made; null for nothing
     */
    void complete(Connection connection, String writeId, int affected, @Nullable String created) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update tracemem_write set affected = ?, created = ? where write_id = ?")) {
            update.setInt(1, affected);
            update.setString(2, created);
            update.setString(3, writeId);
            update.executeUpdate();
        }
    }

    /** What the table knows of a write; empty when nothing. */
    Optional<Row> find(Connection connection, String writeId) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select affected, created from tracemem_write where write_id = ?")) {
            select.setString(1, writeId);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                return Optional.of(new Row(row.getInt(1), row.getString(2)));
            }
        }
    }

    /**
     * What became of a write, also of one that is still under way. One that did not happen is given up for good: an attempt
     * that is still on its way, from a node that stalled, collides with the row that says so.
     *
     * @param memory that was to remember it; null for none
     */
    Recorded ask(Product product, String writeId, @Nullable String memory) {
        try {
            TargetMemory now = memory();
            if (!(now instanceof TargetMemory.Kept kept)) {
                return new Recorded.CannotTell("The target keeps no record of writes: look into it yourself");
            }
            try (Connection connection = pool.open()) {
                Optional<Row> found = find(connection, writeId);
                if (found.isPresent()) {
                    return recorded(connection, product, found.get());
                }
                if (!kept.name().equals(memory)) {
                    return new Recorded.CannotTell(
                            "The target kept no record of writes when this one was begun, or another"
                                    + " one than now: look into it yourself");
                }
                return giveUp(connection, product, writeId, kept.name());
            }
        } catch (SQLException failure) {
            return new Recorded.CannotTell(pool.dialect().failure(failure).sentence());
        } catch (SourceUnavailable unavailable) {
            return new Recorded.CannotTell(unavailable.sentence());
        }
    }

    /** The records that a write made, as far as the table knows. */
    List<ObjectNode> created(Product product, String writeId) throws SQLException {
        if (!(memory() instanceof TargetMemory.Kept)) {
            return List.of();
        }
        try (Connection connection = pool.open()) {
            Optional<Row> found = find(connection, writeId);
            return found.isPresent()
                    ? new CreatedAgain(pool.dialect(), product)
                            .records(connection, found.get().created())
                    : List.of();
        }
    }

    private Recorded recorded(Connection connection, Product product, Row row) {
        return row.isGivenUp()
                ? new Recorded.DidNotHappen()
                : new Recorded.Happened(
                        row.affected(), new CreatedAgain(pool.dialect(), product).records(connection, row.created()));
    }

    private Recorded giveUp(Connection connection, Product product, String writeId, String memory) throws SQLException {
        connection.setAutoCommit(false);
        boolean open = true;
        try {
            boolean given = insert(connection, writeId, product.productId(), GIVEN_UP, memory);
            if (given) {
                connection.commit();
                open = false;
                return new Recorded.DidNotHappen();
            }
            pool.memory(null);
            return new Recorded.CannotTell("The target's record of writes was made anew: look into it yourself");
        } catch (SQLException refused) {
            Failure known = pool.dialect().failure(refused);
            if (known.kind() != Kind.UNIQUE) {
                return new Recorded.CannotTell(known.sentence());
            }
        } finally {
            if (open) {
                rollBack(connection);
            } else {
                connection.setAutoCommit(true);
            }
        }
        return find(connection, writeId)
                .map(row -> recorded(connection, product, row))
                .orElseGet(() -> new Recorded.CannotTell("The write was under way a moment ago: ask again"));
    }

    private void rollBack(Connection connection) throws SQLException {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException lost) {
            pool.evict(connection);
            throw lost;
        }
    }
}
