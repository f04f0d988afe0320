package com.tracemem.delivery;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.tracemem.approval.Destination;
import com.tracemem.secret.SecretUnreadable;
import com.tracemem.secret.Secrets;
import com.tracemem.store.Signals;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Integrations with their opened secrets, as the workers and the inbound side need them thousands of times a second.
 *
 * <p>What is known is believed for {@link #BELIEVED_FOR} at most, and forgotten at once when it changes, on whatever
 * node that happens.
 */
public final class IntegrationDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IntegrationDirectory.class);
    static final Duration BELIEVED_FOR = Duration.ofSeconds(2);
    private static final String CHANNEL = "integration";
    private static final int MOST_REMEMBERED = 10_000;

    /** One integration and what opens it. */
    public record Entry(Integration integration, Credentials credentials) {}

    private final DataSource dataSource;
    private final JdbcClient jdbc;
    private final Secrets secrets;
    private final Signals signals;
    private final Signals.Subscription subscription;
    private final Cache<Destination, Entry> known;
    private final Cache<String, Destination> owners;
    private final AtomicLong changes = new AtomicLong();

    public IntegrationDirectory(DataSource dataSource, Secrets secrets, Signals signals, InstantSource clock) {
        this.dataSource = dataSource;
        this.jdbc = JdbcClient.create(dataSource);
        this.secrets = secrets;
        this.signals = signals;
        this.known = Caffeine.newBuilder()
                .maximumSize(MOST_REMEMBERED)
                .expireAfterWrite(BELIEVED_FOR)
                .ticker(() -> Duration.ofMillis(clock.millis()).toNanos())
                .executor(Runnable::run)
                .build();
        // ids are never given out twice, so whose they are does not change
        this.owners = Caffeine.newBuilder()
                .maximumSize(MOST_REMEMBERED)
                .executor(Runnable::run)
                .build();
        this.subscription = signals.subscribe(CHANNEL, payload -> forgetAll());
    }

    /** Those of the asked integrations that exist. */
    public Map<Destination, Entry> find(Collection<Destination> asked) {
        Map<Destination, Entry> found = new HashMap<>();
        List<Destination> missing = new ArrayList<>();
        for (Destination destination : asked) {
            Entry entry = known.getIfPresent(destination);
            if (entry != null) {
                found.put(destination, entry);
            } else if (!missing.contains(destination)) {
                missing.add(destination);
            }
        }
        if (!missing.isEmpty()) {
            long before = changes.get();
            Map<Destination, Entry> read = read(missing);
            found.putAll(read);
            if (before == changes.get()) {
                known.putAll(read);
            }
        }
        return found;
    }

    /** The integration with this id, whosever it is: how the tenant of an incoming message becomes known. */
    public Optional<Entry> find(String integrationId) {
        Destination destination = owners.getIfPresent(integrationId);
        if (destination == null) {
            destination = owner(integrationId);
        }
        if (destination == null) {
            return Optional.empty();
        }
        owners.put(integrationId, destination);
        return Optional.ofNullable(find(List.of(destination)).get(destination));
    }

    /** Forgets on this node what may have changed. */
    void forgetAll() {
        changes.incrementAndGet();
        known.invalidateAll();
    }

    /** Within the transaction of a change: when it ends, this node forgets; when it commits, the others do. */
    void announce() {
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
            throw new DataAccessResourceFailureException(
                    "The other nodes could not be told of a changed integration", failed);
        } finally {
            DataSourceUtils.releaseConnection(connection, dataSource);
        }
    }

    private @Nullable Destination owner(String integrationId) {
        return jdbc.sql("select tenant_id, integration_id from integration where integration_id = ?")
                .param(integrationId)
                .query((row, n) -> new Destination(row.getString(1), row.getString(2)))
                .optional()
                .orElse(null);
    }

    private Map<Destination, Entry> read(List<Destination> asked) {
        List<Integration> rows = jdbc.sql("""
                        select i.* from unnest(:tenants::text[], :integrations::text[]) as k (tenant_id, integration_id)
                        join integration i on i.tenant_id = k.tenant_id and i.integration_id = k.integration_id
                        where i.deleted_at is null""")
                .param("tenants", asked.stream().map(Destination::tenantId).toArray(String[]::new))
                .param(
                        "integrations",
                        asked.stream().map(Destination::integrationId).toArray(String[]::new))
                .query(IntegrationTable::read)
                .list();
        Map<Destination, Entry> entries = new HashMap<>();
        rows.stream().collect(Collectors.groupingBy(Integration::tenantId)).forEach((tenantId, ofTenant) -> {
            Map<String, Credentials> opened = open(
                    tenantId, ofTenant.stream().map(Integration::integrationId).toList());
            for (Integration integration : ofTenant) {
                entries.put(
                        new Destination(tenantId, integration.integrationId()),
                        new Entry(integration, opened.getOrDefault(integration.integrationId(), Credentials.NONE)));
            }
        });
        return entries;
    }

    /** One secret that does not open must not keep the others' messages back. */
    private Map<String, Credentials> open(String tenantId, List<String> integrationIds) {
        Map<String, Credentials> opened = new HashMap<>();
        try {
            secrets.validOf(tenantId, integrationIds)
                    .forEach((owner, byName) -> opened.put(owner, new Credentials(byName)));
        } catch (SecretUnreadable unreadable) {
            if (integrationIds.size() == 1) {
                LOG.error("The secrets of an integration do not open: {}", unreadable.getMessage());
            } else {
                integrationIds.forEach(id -> opened.putAll(open(tenantId, List.of(id))));
            }
        }
        return opened;
    }

    @Override
    public void close() {
        subscription.close();
    }
}
