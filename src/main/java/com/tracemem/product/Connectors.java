package com.tracemem.product;

import com.tracemem.identity.FieldErrors;
import com.tracemem.identity.InvalidInput;
import com.tracemem.secret.SecretValue;
import com.tracemem.secret.Secrets;
import com.tracemem.store.Cursor;
import com.tracemem.store.Ids;
import com.tracemem.store.Page;
import com.tracemem.store.PageRequest;
import com.tracemem.store.SignalListener;
import com.tracemem.store.Signals;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A tenant's connectors: rows, passwords, health. Only administrators say where a connector leads. */
public final class Connectors implements AutoCloseable {
    private static final String CHANNEL = "connector";
    /** The name of the only secret that a connector has. */
    static final String PASSWORD = "password";

    private final DataSource dataSource;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Secrets secrets;
    private final DataStore store;
    private final Signals signals;
    private final Ids ids;
    private final Clock clock;
    private final Signals.Subscription subscription;
    private final KnownConnectors known;
    private final ConnectorHealth health;

    public Connectors(DataSource dataSource, Secrets secrets, DataStore store, Signals signals, Ids ids, Clock clock) {
        this.dataSource = dataSource;
        this.jdbc = JdbcClient.create(dataSource);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        this.secrets = secrets;
        this.store = store;
        this.signals = signals;
        this.ids = ids;
        this.clock = clock;
        this.known = new KnownConnectors(this::find, secrets);
        this.health = new ConnectorHealth(jdbc, clock);
        this.subscription = signals.subscribe(CHANNEL, new SignalListener() {
            @Override
            public void signalled(String payload) {
                forgetAll();
            }

            @Override
            public void reconnected() {
                forgetAll();
            }
        });
    }

    /** What an administrator wants of a connector. */
    public record Draft(String name, Connector.Settings settings) {}

    /** What became of the wish to delete a connector. */
    public sealed interface Deletion {
        /** It and its password are gone. */
        record Deleted() implements Deletion {}

        record NotFound() implements Deletion {}

        /** Nothing was deleted: these products are views on it. */
        record InUse(List<String> productIds) implements Deletion {
            public InUse {
                productIds = List.copyOf(productIds);
            }
        }
    }

    /**
     * Keeps a new connector and its password. Nothing is connected yet.
     *
     * @throws InvalidInput naming what is wrong, or {@code name} when another connector has it
     */
    public Connector create(String tenantId, Draft draft, SecretValue password) {
        SettingsCheck.check(draft);
        String connectorId = ids.next(Ids.Prefix.CONNECTOR);
        return changing(() -> {
            Connector made = named(
                    draft.name(),
                    () -> ConnectorTable.bind(jdbc.sql("""
                            insert into connector (tenant_id, connector_id, name, type, host, port, database, username, tls,
                                pool_size, connect_timeout_ms, read_timeout_ms, statement_timeout_ms, created_at, updated_at)
                            values (:tenant, :id, :name, :type, :host, :port, :database, :username, :tls, :pool, :connect,
                                :read, :statement, :now, :now)
                            returning *, null::bytea as schema_hash, null::timestamptz as schema_at"""), draft)
                            .param("tenant", tenantId)
                            .param("id", connectorId)
                            .param("now", now())
                            .query(ConnectorTable::read)
                            .single());
            secrets.store(tenantId, connectorId, PASSWORD, password);
            return made;
        });
    }

    public Optional<Connector> find(String tenantId, String connectorId) {
        return jdbc.sql(ConnectorTable.SELECT + " where c.tenant_id = ? and c.connector_id = ?")
                .params(tenantId, connectorId)
                .query(ConnectorTable::read)
                .optional();
    }

    /** Newest first; the sort key is the connector's id. */
    public Page<Connector> list(String tenantId, PageRequest page) {
        List<Connector> rows = jdbc.sql(ConnectorTable.SELECT + """
                         where c.tenant_id = :tenant and (:before::text is null or c.connector_id < :before)
                        order by c.connector_id desc limit :limit""")
                .param("tenant", tenantId)
                .param(
                        "before",
                        page.after() == null ? null : page.after().key().getFirst())
                .param("limit", page.fetch())
                .query(ConnectorTable::read)
                .list();
        return Page.of(rows, page, row -> Cursor.of(row.connectorId()));
    }

    /**
     * Changes settings; connections made of the old ones are closed.
     *
     * @param change gets what is there and gives what shall be
     * @param password a new one, or null to keep the old one, which no change of settings takes anywhere else
     * @return empty when the tenant has no such connector
     * @throws InvalidInput naming what is wrong
     */
    public Optional<Connector> change(
            String tenantId, String connectorId, UnaryOperator<Draft> change, @Nullable SecretValue password) {
        Optional<Connector> changed = changing(() -> jdbc.sql(
                        ConnectorTable.SELECT + " where c.tenant_id = ? and c.connector_id = ? for update of c")
                .params(tenantId, connectorId)
                .query(ConnectorTable::read)
                .optional()
                .map(before -> {
                    Draft draft = change.apply(new Draft(before.name(), before.settings()));
                    SettingsCheck.check(draft);
                    if (password == null) {
                        SettingsCheck.keepsPassword(before.settings(), draft.settings());
                    }
                    boolean rewired = password != null || !draft.settings().equals(before.settings());
                    if (password != null) {
                        secrets.store(tenantId, connectorId, PASSWORD, password);
                    }
                    update(before, draft, rewired);
                    return find(tenantId, connectorId).orElseThrow();
                }));
        changed.ifPresent(connector -> store.forget(tenantId, connectorId));
        return changed;
    }

    private void update(Connector before, Draft draft, boolean rewired) {
        named(
                draft.name(),
                () -> ConnectorTable.bind(jdbc.sql("""
                        update connector set name = :name, type = :type, host = :host, port = :port, database = :database,
                            username = :username, tls = :tls, pool_size = :pool, connect_timeout_ms = :connect,
                            read_timeout_ms = :read, statement_timeout_ms = :statement, updated_at = :now,
                            revision = revision + case when :rewired then 1 else 0 end,
                            status = case when :rewired then 'configured' else status end,
                            last_error = case when :rewired then null else last_error end
                        where tenant_id = :tenant and connector_id = :id"""), draft)
                        .param("rewired", rewired)
                        .param("now", now())
                        .param("tenant", before.tenantId())
                        .param("id", before.connectorId())
                        .update());
    }

    private static <T> T named(String name, Supplier<T> write) {
        try {
            return write.get();
        } catch (DuplicateKeyException taken) {
            throw InvalidInput.of(
                    "name", "%s belongs to a connector already; choose another".formatted(FieldErrors.quote(name)));
        }
    }

    /** Deletes a connector and its password, unless a product is a view on it. */
    public Deletion delete(String tenantId, String connectorId) {
        Deletion deletion = changing(() -> {
            if (jdbc.sql("select 1 from connector where tenant_id = ? and connector_id = ? for update")
                    .params(tenantId, connectorId)
                    .query(Integer.class)
                    .optional()
                    .isEmpty()) {
                return new Deletion.NotFound();
            }
            List<String> using = jdbc.sql("""
                            select product_id from product
                            where tenant_id = ? and connector_id = ? and deleted_at is null
                            order by product_id""")
                    .params(tenantId, connectorId)
                    .query((row, n) -> row.getString(1))
                    .list();
            if (!using.isEmpty()) {
                return new Deletion.InUse(using);
            }
            jdbc.sql("delete from connector where tenant_id = ? and connector_id = ?")
                    .params(tenantId, connectorId)
                    .update();
            secrets.deleteAll(tenantId, connectorId);
            return new Deletion.Deleted();
        });
        if (deletion instanceof Deletion.Deleted) {
            store.forget(tenantId, connectorId);
        }
        return deletion;
    }

    /**
     * Tries a connector out. Nothing is changed in its database.
     *
     * @return empty when the tenant has no such connector
     */
    public Optional<ConnectorTest> test(String tenantId, String connectorId) {
        return access(tenantId, connectorId).map(access -> {
            ConnectorTest test = store.test(access);
            report(access, test.ok() ? null : test.firstFailure());
            return test;
        });
    }

    /**
     * What it takes to connect.
     *
     * @return empty when the tenant has no such connector
     * @throws SourceUnavailable when its password does not open any more
     */
    Optional<ConnectorAccess> access(String tenantId, String connectorId) {
        return known.access(tenantId, connectorId);
    }

    /**
     * Notes how the newest use fared.
     *
     * @param error a sentence; null for well
     */
    void report(ConnectorAccess access, @Nullable String error) {
        health.report(access.connector(), error);
    }

    private void forgetAll() {
        known.forget();
        health.forget();
    }

    private <T> T changing(Supplier<T> work) {
        return Objects.requireNonNull(transaction.execute(status -> {
            announce();
            return work.get();
        }));
    }

    /** When the transaction ends, this node forgets; when it commits, the others do. */
    private void announce() {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCompletion(int status) {
                forgetAll();
            }
        });
        Connection connection = DataSourceUtils.getConnection(dataSource);
        try {
            signals.notify(connection, CHANNEL, "");
        } catch (SQLException failed) {
            throw new IllegalStateException("The other nodes could not be told of a changed connector", failed);
        } finally {
            DataSourceUtils.releaseConnection(connection, dataSource);
        }
    }

    private OffsetDateTime now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS).atOffset(ZoneOffset.UTC);
    }

    @Override
    public void close() {
        subscription.close();
    }
}
