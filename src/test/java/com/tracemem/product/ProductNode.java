package com.tracemem.product;

import com.tracemem.identity.Tenants;
import com.tracemem.policy.Policies;
import com.tracemem.product.ProductDraft.FieldDraft;
import com.tracemem.product.jdbc.JdbcStore;
import com.tracemem.secret.MasterKey;
import com.tracemem.secret.SecretValue;
import com.tracemem.secret.Secrets;
import com.tracemem.store.Ids;
import com.tracemem.store.Signals;
import com.tracemem.store.TestDatabase;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Connectors, products and data of one node, for a tenant of its own. */
public final class ProductNode implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    public final TestDatabase database = TestDatabase.create();
    public final Policies policies;
    public final Connectors connectors;
    public final Schemas schemas;
    public final Products products;
    public final Data data;
    public final JdbcStore store = new JdbcStore();
    public final String tenantId;
    private final Signals signals;

    public ProductNode() {
        Clock clock = Clock.systemUTC();
        Ids ids = new Ids(clock);
        signals = database.signals("products");
        MasterKey masterKey = MasterKey.parse("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", "a test");
        policies = new Policies(database.dataSource(), signals, clock);
        connectors = new Connectors(
                database.dataSource(),
                new Secrets(database.dataSource(), masterKey, clock),
                store,
                signals,
                ids,
                clock);
        schemas = new Schemas(database.dataSource(), connectors, store, clock);
        products = new Products(database.dataSource(), connectors, schemas, policies, signals, clock);
        data = new Data(connectors, schemas, store);
        tenantId = new Tenants(database.dataSource(), ids, clock).create("Shop").tenantId();
    }

    /** A connector's id. */
    public String connector(Connector.Settings settings, String password) {
        return connectors
                .create(
                        tenantId,
                        new Connectors.Draft("connector " + System.nanoTime(), settings),
                        SecretValue.of(password))
                .connectorId();
    }

    /** A draft of a product on a table, with what most have. */
    public static ProductDraft draft(
            String connectorId, String productId, Operation operation, String table, String... fields) {
        return new ProductDraft(
                productId,
                "A product",
                null,
                connectorId,
                operation,
                new Source.Table(null, table),
                Stream.of(fields).map(FieldDraft::of).toList(),
                List.of("testing"),
                Restrictions.DEFAULT,
                List.of(),
                false);
    }

    /** The same with other bounds. */
    public static ProductDraft with(ProductDraft draft, Restrictions restrictions) {
        return new ProductDraft(
                draft.productId(),
                draft.name(),
                draft.description(),
                draft.connectorId(),
                draft.operation(),
                draft.source(),
                draft.fields(),
                draft.purposes(),
                restrictions,
                draft.policies(),
                draft.requiresApproval());
    }

    /** The same with other fields. */
    public static ProductDraft with(ProductDraft draft, FieldDraft... fields) {
        return new ProductDraft(
                draft.productId(),
                draft.name(),
                draft.description(),
                draft.connectorId(),
                draft.operation(),
                draft.source(),
                List.of(fields),
                draft.purposes(),
                draft.restrictions(),
                draft.policies(),
                draft.requiresApproval());
    }

    public Product save(ProductDraft draft) {
        return products.save(tenantId, draft, "usr_test").product();
    }

    public static JsonNode json(String text) {
        return JSON.readTree(text.replace('\'', '"'));
    }

    public PlannedRead plan(Product product, String query) {
        return data.plan(product, new ReadRequest(json(query), null, null, null));
    }

    public PlannedWrite plan(
            Product product, @Nullable String mutation, @Nullable String operation, @Nullable String keys) {
        return data.plan(
                product,
                new WriteRequest(
                        mutation == null ? null : json(mutation), operation, keys == null ? null : json(keys)));
    }

    /** What a query answers with; an error where it does not. */
    public ReadResult.Rows read(Product product, String query) {
        return switch (result(product, query)) {
            case ReadResult.Rows rows -> rows;
            case ReadResult other -> throw new AssertionError(other);
        };
    }

    public ReadResult result(Product product, String query) {
        return switch (plan(product, query)) {
            case PlannedRead.Planned planned -> read(planned);
            case PlannedRead.Misfit misfit -> throw new AssertionError(misfit.sentence());
        };
    }

    public ReadResult read(PlannedRead.Planned planned) {
        try (ReadMemory.Share memory = data.readMemory(tenantId)) {
            return data.read(planned, memory);
        }
    }

    /** Why a query does not fit. */
    public String misfit(Product product, String query) {
        return switch (plan(product, query)) {
            case PlannedRead.Misfit misfit -> misfit.sentence();
            case PlannedRead.Planned planned -> throw new AssertionError("It fits: " + planned);
        };
    }

    public WriteResult write(Product product, String mutation, String writeId) {
        return switch (plan(product, mutation, null, null)) {
            case PlannedWrite.Planned planned -> data.write(planned, writeId, memory(product));
            case PlannedWrite.Misfit misfit -> throw new AssertionError(misfit.sentence());
        };
    }

    /** What the target has to remember writes to the product by; null when it remembers none. */
    public @Nullable String memory(Product product) {
        return data.memory(product) instanceof TargetMemory.Kept kept ? kept.name() : null;
    }

    /** What the target says of a write. */
    public Recorded recorded(Product product, String writeId) {
        return data.recorded(product, writeId, memory(product));
    }

    @Override
    public void close() {
        store.close();
        products.close();
        connectors.close();
        signals.close();
        database.close();
    }
}
