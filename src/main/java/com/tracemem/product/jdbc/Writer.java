package com.tracemem.product.jdbc;

import com.tracemem.product.CreatedRecords;
import com.tracemem.product.PlannedWrite;
import com.tracemem.product.PlannedWrite.Row;
import com.tracemem.product.Product;
import com.tracemem.product.Recorded;
import com.tracemem.product.SourceChanged;
import com.tracemem.product.WriteResult;
import com.tracemem.product.jdbc.Failure.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries one write out, in one transaction, and says what became of it. */
final class Writer {
    private static final Logger log = LoggerFactory.getLogger(Writer.class);

    private final Pool pool;
    private final Dialect dialect;
    private final Statements statements;
    private final Bookkeeping bookkeeping;
    private final PlannedWrite.Planned write;
    private final Product product;
    private final String writeId;
    private final @Nullable String memory;
    private final Inserts inserts;
    private int at;
    private int affected;
    private boolean lost;

    /** @param memory that has to remember the write, or nothing is written; null for none */
    Writer(Pool pool, PlannedWrite.Planned write, String writeId, @Nullable String memory) {
        this.pool = pool;
        this.dialect = pool.dialect();
        this.statements = new Statements(dialect);
        this.bookkeeping = new Bookkeeping(pool);
        this.write = write;
        this.product = write.product();
        this.writeId = writeId;
        this.memory = memory;
        this.inserts = new Inserts(dialect, product);
    }

    WriteResult write() {
        Connection connection = pool.open();
        WriteResult result;
        try {
            result = prepare(connection);
            if (result == null) {
                result = commit(connection);
            }
        } catch (RuntimeException | Error fault) {
            // giving it back as it is would commit what is half done
            rollBack(connection);
            throw fault;
        } finally {
            giveBack(connection);
        }
        if (result != null) {
            return result;
        }
        return memory == null ? new WriteResult.Unknown(UNKNOWN) : found(memory);
    }

    /** Null when nobody answered. */
    private @Nullable WriteResult commit(Connection connection) {
        try {
            connection.commit();
            return new WriteResult.Executed(affected, inserts.created(), memory != null);
        } catch (SQLException failure) {
            if (Failures.rolledBack(Failures.innermost(failure))) {
                rollBack(connection);
                return rolledBack(dialect.failure(failure));
            }
            lose(connection);
            return null;
        }
    }

    /** What is known by now is known, whatever becomes of the connection. */
    private void giveBack(Connection connection) {
        try (connection) {
            // which would commit what could not be rolled back
            if (!lost) {
                connection.setAutoCommit(true);
            }
        } catch (SQLException gone) {
            lose(connection);
            log.debug("A connection of {} was lost after its work", product.connectorId());
        }
    }

    private static final String UNKNOWN =
            "The connection was lost while the write was being committed, and the target keeps no record of writes:"
                    + " look there whether it happened";

    /** After a commit without an answer. */
    private WriteResult found(String asked) {
        return switch (bookkeeping.ask(product, writeId, asked)) {
            case Recorded.Happened happened -> new WriteResult.Executed(happened.affected(), inserts.created(), true);
            case Recorded.DidNotHappen none ->
                new WriteResult.RolledBack("The connection was lost, and nothing was written: try again");
            case Recorded.CannotTell cannot ->
                new WriteResult.Unknown(
                        "The connection was lost while the write was being committed, and the target cannot be asked yet: "
                                + cannot.sentence());
        };
    }

    /** Everything up to the commit; null when that is to come. */
    private @Nullable WriteResult prepare(Connection connection) {
        boolean inserted = false;
        try {
            connection.setAutoCommit(false);
            if (memory != null) {
                if (!bookkeeping.insert(
                        connection, writeId, product.productId(), write.rows().size(), memory)) {
                    rollBack(connection);
                    return forgotten();
                }
                inserted = true;
            }
            for (; at < write.rows().size(); at++) {
                String excess = execute(connection, write.rows().get(at));
                if (excess != null) {
                    rollBack(connection);
                    return new WriteResult.RolledBack(excess);
                }
            }
            if (memory != null
                    && (affected != write.rows().size() || !inserts.created().isEmpty())) {
                bookkeeping.complete(connection, writeId, affected, CreatedRecords.kept(product, inserts.created()));
            }
            return null;
        } catch (RuntimeException fault) {
            rollBack(connection);
            log.error("A write to product {} was rolled back for a fault of ours", product.productId(), fault);
            return new WriteResult.RolledBack(
                    "What the write would have made cannot be answered, and nothing was written: tell an administrator,"
                            + " who can leave fields out of the product or set return_created to false");
        } catch (SQLException failure) {
            Failure known = dialect.failure(failure);
            rollBack(connection);
            if (memory != null && !inserted) {
                switch (known.kind()) {
                    case UNIQUE -> {
                        return earlier(connection);
                    }
                    case SCHEMA, PERMISSION, READ_ONLY, OTHER -> {
                        return forgotten();
                    }
                    default -> {}
                }
            }
            if (known.kind() == Kind.SCHEMA) {
                throw new SourceChanged(known.sentence() + ": nothing was written");
            }
            return rolledBack(known);
        }
    }

    /** Of several records the one that was refused, as the planner says it. */
    private String which() {
        int count = write.rows().size();
        return count == 1 || at >= count ? "" : " (record %d of %d)".formatted(at + 1, count);
    }

    /** The table that was to remember the write is not there any more, or is another, or takes no rows. */
    private WriteResult forgotten() {
        pool.memory(null);
        return new WriteResult.RolledBack(
                "The target's table tracemem_write, which was to remember the write, is gone, was made"
                        + " anew, or takes no rows any more: nothing was written; repeat the call, which looks for it again");
    }

    /** The same id was written before. */
    private WriteResult earlier(Connection connection) {
        try {
            Optional<Bookkeeping.Row> found = bookkeeping.find(connection, writeId);
            if (found.isPresent() && found.get().isGivenUp()) {
                return new WriteResult.RolledBack(
                        "The write took so long to begin that it was given up meanwhile: nothing was written; repeat the call");
            }
            if (found.isPresent()) {
                return new WriteResult.Executed(
                        found.get().affected(),
                        new CreatedAgain(dialect, product)
                                .records(connection, found.get().created()),
                        true);
            }
        } catch (SQLException lost) {
            log.debug("A connection of {} was lost while an earlier write was looked up", product.connectorId());
        }
        return new WriteResult.Unknown("The same write was under way a moment ago: ask again what became of it");
    }

    private void rollBack(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException gone) {
            // a transaction whose connection is gone is rolled back by the database
            lose(connection);
        }
    }

    private void lose(Connection connection) {
        lost = true;
        pool.evict(connection);
    }

    private WriteResult rolledBack(Failure failure) {
        return new WriteResult.RolledBack(failure.sentence() + which() + ": nothing was written");
    }

    /** @return why it must not be committed, or null */
    private @Nullable String execute(Connection connection, Row row) throws SQLException {
        int touched = switch (product.operation()) {
            case INSERT -> inserts.insert(connection, row);
            case UPDATE -> change(connection, statements.update(product, row));
            case DELETE -> change(connection, statements.delete(product, row));
            case READ -> throw new IllegalStateException("A read is no write");
        };
        affected += touched;
        Integer most = product.restrictions().maxAffected();
        if (most == null && touched > 1) {
            return ("The write would have touched %d records by keys that mean one%s: nothing was written;"
                            + " give the whole key")
                    .formatted(touched, which());
        }
        if (most != null && affected > most) {
            return "The write would have touched more than the %d records that product '%s' allows: nothing was written"
                    .formatted(most, product.productId());
        }
        return null;
    }

    private int change(Connection connection, SqlText sql) throws SQLException {
        try (PreparedStatement statement = Binding.prepare(connection, dialect, sql)) {
            return statement.executeUpdate();
        }
    }
}
