package com.tracemem.product;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.identity.FieldErrors;
import com.tracemem.identity.InvalidInput;
import com.tracemem.policy.Policies;
import com.tracemem.product.SourceSchema.Table;
import com.tracemem.store.Cursor;
import com.tracemem.store.Page;
import com.tracemem.store.PageRequest;
import com.tracemem.store.SignalListener;
import com.tracemem.store.Signals;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
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
    /** How long a node that misses the news may go on with the version before. */
    private static final Duration BELIEVED_FOR = Duration.ofSeconds(5);

    private static final String NEWEST = """
            select v.tenant_id, v.version, v.hash, v.definition, v.saved_at, v.saved_by, p.schema_changes from product p
            join product_version v on v.tenant_id = p.tenant_id and v.product_id = p.product_id and v.version = p.version
            where p.tenant_id = :tenant and p.deleted_at is null
            """;

    private record Key(String tenantId, String productId) {}

    private final DataSource dataSource;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Connectors connectors;
    private final Schemas schemas;
    private final Policies policies;
    private final Signals signals;
    private final Clock clock;
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
        this.jdbc = JdbcClient.create(dataSource);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        this.connectors = connectors;
        this.schemas = schemas;
        this.policies = policies;
        this.signals = signals;
        this.clock = clock;
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
        return jdbc.sql(NEWEST + "and p.product_id = :product")
                .param("tenant", tenantId)
                .param("product", productId)
                .query((row, n) -> newest(row))
                .optional();
    }

    /** Any version, also of a product that was deleted. */
    public Optional<Product> version(String tenantId, String productId, int version) {
        return jdbc.sql("select * from product_version where tenant_id = ? and product_id = ? and version = ?")
                .params(tenantId, productId, version)
                .query((row, n) -> ProductTable.read(row))
                .optional();
    }

    /** Newest first. */
    public Page<Saved> versions(String tenantId, String productId, PageRequest page) {
        List<Saved> rows = jdbc.sql("""
                        select * from product_version
                        where tenant_id = :tenant and product_id = :product
                            and (:before::int is null or version < :before::int)
                        order by version desc limit :limit""")
                .param("tenant", tenantId)
                .param("product", productId)
                .param(
                        "before",
                        page.after() == null ? null : number(page.after().key().getFirst()))
                .param("limit", page.fetch())
                .query((row, n) -> saved(row, List.of()))
                .list();
        return Page.of(
                rows, page, saved -> Cursor.of(Integer.toString(saved.product().version())));
    }

    private static int number(String cursor) {
        try {
            return Integer.parseInt(cursor);
        } catch (NumberFormatException ofAnotherList) {
            throw InvalidInput.of("cursor", "is not one that this list gave out; use next_cursor of the page before");
        }
    }

    /** By id. */
    public Page<Saved> list(String tenantId, PageRequest page) {
        List<Saved> rows = jdbc.sql(NEWEST + """
                        and (:after::text is null or p.product_id > :after) order by p.product_id limit :limit""")
                .param("tenant", tenantId)
                .param("after", page.after() == null ? null : page.after().key().getFirst())
                .param("limit", page.fetch())
                .query((row, n) -> newest(row))
                .list();
        return Page.of(rows, page, saved -> Cursor.of(saved.product().productId()));
    }

    /** Those an agent may use for at least one of their purposes, by id, at most 200. */
    public List<Product> usableBy(AgentPrincipal agent) {
        try (var rows = jdbc
                .sql(NEWEST + "order by p.product_id")
                .param("tenant", agent.tenantId())
                .query((row, n) -> ProductTable.read(row))
                .stream()) {
            return rows.filter(product -> product.purposes().stream()
                            .anyMatch(purpose -> agent.permissions().mayUseProduct(product.productId(), purpose)))
                    .limit(200)
                    .toList();
        }
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
            write(checked, savedBy);
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

    private void write(Checked checked, String savedBy) {
        Product product = checked.product();
        // one saver after the other; a first one has no row that could be locked instead
        jdbc.sql("select 1 from (select pg_advisory_xact_lock(hashtextextended(?, 0))) as locked")
                .param(String.join("/", "product", product.tenantId(), product.productId()))
                .query(Integer.class)
                .single();
        // a connector that is being deleted waits, or has been
        if (jdbc.sql("select 1 from connector where tenant_id = ? and connector_id = ? for key share")
                .params(product.tenantId(), product.connectorId())
                .query(Integer.class)
                .optional()
                .isEmpty()) {
            throw InvalidInput.of("connector_id", "was deleted just now; choose another");
        }
        byte[] hash = HexFormat.of().parseHex(product.hash());
        int version = unchangedVersion(product, hash).orElseGet(() -> insert(product, hash, savedBy));
        jdbc.sql("""
                        insert into product (tenant_id, product_id, version, connector_id, source_table, updated_at)
                        values (:tenant, :product, :version, :connector, :table, :now)
                        on conflict (tenant_id, product_id) do update set version = excluded.version,
                            connector_id = excluded.connector_id, source_table = excluded.source_table,
                            schema_changes = '[]', updated_at = excluded.updated_at, deleted_at = null""")
                .param("tenant", product.tenantId())
                .param("product", product.productId())
                .param("version", version)
                .param("connector", product.connectorId())
                .param("table", ProductTable.text(checked.table()))
                .param("now", now())
                .update();
    }

    private Optional<Integer> unchangedVersion(Product product, byte[] hash) {
        return jdbc.sql("""
                        select v.version from product p join product_version v
                            on v.tenant_id = p.tenant_id and v.product_id = p.product_id and v.version = p.version
                        where p.tenant_id = ? and p.product_id = ? and v.hash = ?""")
                .params(product.tenantId(), product.productId(), hash)
                .query(Integer.class)
                .optional();
    }

    private int insert(Product product, byte[] hash, String savedBy) {
        return jdbc.sql("""
                        insert into product_version (tenant_id, product_id, version, hash, definition, saved_at, saved_by)
                        select :tenant, :product, coalesce(max(version), 0) + 1, :hash, :definition, :now, :by
                        from product_version where tenant_id = :tenant and product_id = :product
                        returning version""")
                .param("tenant", product.tenantId())
                .param("product", product.productId())
                .param("hash", hash)
                .param("definition", JsonText.canonical(ProductDefinition.of(product)))
                .param("now", now())
                .param("by", savedBy)
                .query(Integer.class)
                .single();
    }

    /**
     * Takes a product away; its versions stay, for the traces that name them.
     *
     * @return whether there was one
     */
    public boolean delete(String tenantId, String productId) {
        boolean deleted = Objects.requireNonNull(transaction.execute(status -> {
            announce();
            return jdbc.sql("""
                            update product set deleted_at = ?
                            where tenant_id = ? and product_id = ? and deleted_at is null""").params(now(), tenantId, productId).update() > 0;
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

    private static Saved newest(ResultSet row) throws SQLException {
        List<String> changes = new ArrayList<>();
        JsonText.parse(row.getString("schema_changes")).forEach(change -> changes.add(change.stringValue()));
        return saved(row, changes);
    }

    private static Saved saved(ResultSet row, List<String> changes) throws SQLException {
        return new Saved(
                ProductTable.read(row),
                changes,
                Objects.requireNonNull(ConnectorTable.time(row, "saved_at")),
                row.getString("saved_by"));
    }

    private OffsetDateTime now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS).atOffset(ZoneOffset.UTC);
    }

    @Override
    public void close() {
        subscription.close();
    }
}
