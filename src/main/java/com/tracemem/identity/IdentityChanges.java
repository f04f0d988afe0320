package com.tracemem.identity;

import com.tracemem.store.Signals;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Counts the changes of who may act, on whatever node they were made, so that nothing read before a change is
 * believed after it.
 */
public final class IdentityChanges implements AutoCloseable {
    private static final String CHANNEL = "identity_changed";

    private final DataSource dataSource;
    private final TransactionTemplate transaction;
    private final Signals signals;
    private final Signals.Subscription subscription;
    private final AtomicLong generation = new AtomicLong();

    public IdentityChanges(DataSource dataSource, Signals signals) {
        this.dataSource = dataSource;
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        this.signals = signals;
        this.subscription = signals.subscribe(CHANNEL, payload -> generation.incrementAndGet());
    }

    /** Grows with every change. What was read when it was smaller has to be read again. */
    long generation() {
        return generation.get();
    }

    /** Runs work that may {@link #announce} in one transaction, or in the one under way. */
    <T> T inTransaction(Supplier<T> work) {
        return transaction.execute(status -> work.get());
    }

    /** Within a transaction: when it ends, this node forgets what it knew; when it commits, the others do. */
    void announce() {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCompletion(int status) {
                generation.incrementAndGet();
            }
        });
        Connection connection = DataSourceUtils.getConnection(dataSource);
        try {
            signals.notify(connection, CHANNEL, "");
        } catch (SQLException e) {
            throw new DataAccessResourceFailureException(
                    "The other nodes could not be told of a change of identity", e);
        } finally {
            DataSourceUtils.releaseConnection(connection, dataSource);
        }
    }

    @Override
    public void close() {
        subscription.close();
    }
}
