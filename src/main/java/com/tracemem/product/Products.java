package com.tracemem.product;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.identity.FieldErrors;
import com.tracemem.identity.InvalidInput;
import com.tracemem.policy.Policies;
import com.tracemem.product.SourceSchema.Table;
import com.tracemem.store.Page;
import com.tracemem.store.PageRequest;
import com.tracemem.store.SignalListener;
import com.tracemem.store.Signals;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A tenant's data products in versions that never change. What is saved counts at once on this node, and as soon as the
 * news arrives on the others.
 */
public final class Products implements AutoCloseable {
    private static final String CHANNEL = "product";
    private static final int MOST_REMEMBERED = 2000;
    private static final int MOST_LISTED = 200;
    /** How long a node that misses the news may go on with the version before. */
    private static final Duration BELIEVED_FOR = Duration.ofSeconds(5);

    private record Key(String tenantId, String productId) {}

    private final DataSource dataSource;
    private final ProductRows rows;
    private final TransactionTemplate transaction;
    private final Connectors connectors;
    private final Schemas schemas;
    private final Policies policies;
    private final Signals signals;
    private final Signals.Subscription subscription;
    private final AtomicLong changes = new AtomicLong();
    private final Cache<Key, Product> newest = Caffeine.newBuilder()
            .maximumSize(MOST_REMEMBERED)
            .expireAfterWrite(BELIEVED_FOR)
            .build();

    public Products(
            DataSource dataSource,
            Connectors connectors,
            Schemas schemas,
            Policies policies,
            Signals signals,
            Clock clock) {
        this.dataSource = dataSource;
        this.rows = new ProductRows(JdbcClient.create(dataSource), clock);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        this.connectors = connectors;
        this.schemas = schemas;
        this.policies = policies;
        this.signals = signals;
        this.subscription = signals.subscribe(CHANNEL, new SignalListener() {
            @Override
            public void signalled(String payload) {
                forget();
            }

            @Override
            public void reconnected() {
                forget();
            }
        });
    }

    /**
     * A version as administrators see it.
     *
     * @param schemaChanges how the source has changed since the newest version was saved; empty of older versions
     */
    public record Saved(Product product, List<String> schemaChanges, Instant savedAt, String savedBy) {
        public Saved {
            schemaChanges = List.copyOf(schemaChanges);
        }
    }

    /** The newest version. */
    public Optional<Product> find(String tenantId, String productId) {
        Key key = new Key(tenantId, productId);
        Product known = newest.getIfPresent(key);
        if (known != null) {
            return Optional.of(known);
        }
        long before = changes.get();
        Optional<Product> found = saved(tenantId, productId).map(Saved::product);
        found.ifPresent(product -> newest.put(key, product));
        if (changes.get() != before) {
            newest.invalidate(key);
        }
        return found;
    }

    /** The newest version, read anew. */
    public Optional<Saved> saved(String tenantId, String productId) {
        return rows.newest(tenantId, productId);
    }

    /** Any version, also of a product that was deleted. */
    public Optional<Product> version(String tenantId, String productId, int version) {
        return rows.version(tenantId, productId, version);
    }

    /** Newest first. */
    public Page<Saved> versions(String tenantId, String productId, PageRequest page) {
        return rows.versions(tenantId, productId, page);
    }

    /** By id. */
    public Page<Saved> list(String tenantId, PageRequest page) {
        return rows.list(tenantId, page);
    }

    /** Those an agent may use for at least one of their purposes, by id, at most 200. */
    public List<Product> usableBy(AgentPrincipal agent) {
        return rows.first(
                agent.tenantId(),
                MOST_LISTED,
                product -> product.purposes().stream()
                        .anyMatch(purpose -> agent.permissions().mayUseProduct(product.productId(), purpose)));
    }

    /**
     * The product that a draft would become, held against the source as it is now. Nothing is kept.
     *
     * @throws InvalidInput with everything that is wrong
     */
    public Product validate(String tenantId, ProductDraft draft) {
        return checked(tenantId, draft).product();
    }

    /**
     * Keeps a draft as the product's newest version; the same definition again stays the version it is, and accepts the
     * source as it is now.
     *
     * @throws InvalidInput with everything that is wrong
     */
    public Saved save(String tenantId, ProductDraft draft, String savedBy) {
        Checked checked = checked(tenantId, draft);
        transaction.executeWithoutResult(status -> {
            rows.save(checked.product(), checked.table(), savedBy);
            announce();
        });
        forget();
        return saved(tenantId, draft.productId()).orElseThrow();
    }

    private record Checked(Product product, Table table) {}

    private Checked checked(String tenantId, ProductDraft draft) {
        DraftCheck.alone(draft);
        FieldErrors errors = new FieldErrors();
        for (int i = 0; i < draft.policies().size(); i++) {
            String policyId = draft.policies().get(i);
            errors.addIf(
                    policies.published(tenantId, policyId).isEmpty(),
                    "policies[" + i + "]",
                    "is %s, and no such policy is published; publish it first".formatted(FieldErrors.quote(policyId)));
        }
        errors.throwIfAny();
        try {
            ConnectorAccess access = connectors
                    .access(tenantId, draft.connectorId())
                    .orElseThrow(() -> InvalidInput.of(
                            "connector_id",
                            "is %s, and there is no such connector; create it first"
                                    .formatted(FieldErrors.quote(draft.connectorId()))));
            Table table = schemas.table(access, draft.source())
                    .orElseThrow(() -> InvalidInput.of(
                            "source.table",
                            "is not there, or the connector's login may not use it; look at its schema"));
            return new Checked(DraftCheck.product(tenantId, draft, table), table);
        } catch (SourceUnavailable unavailable) {
            throw InvalidInput.of(
                    draft.source() instanceof Source.Query ? "source.query" : "connector_id",
                    "could not be checked: " + unavailable.sentence());
        }
    }

    /**
     * Takes a product away; its versions stay, for the traces that name them.
     *
     * @return whether there was one
     */
    public boolean delete(String tenantId, String productId) {
        boolean deleted = Objects.requireNonNull(transaction.execute(status -> {
            announce();
            return rows.delete(tenantId, productId);
        }));
        forget();
        return deleted;
    }

    /** What was read before a change must not be believed after it, nor what is being read right now. */
    private void forget() {
        changes.incrementAndGet();
        newest.invalidateAll();
    }

    private void announce() {
        Connection connection = DataSourceUtils.getConnection(dataSource);
        try {
            signals.notify(connection, CHANNEL, "");
        } catch (SQLException failure) {
            throw new IllegalStateException("The other nodes could not be told of a changed product", failure);
        } finally {
            DataSourceUtils.releaseConnection(connection, dataSource);
        }
    }

    @Override
    public void close() {
        subscription.close();
    }
}
