package com.tracemem.approval;

import com.tracemem.decision.KnownDecisions;
import com.tracemem.decision.ProductAccess;
import com.tracemem.decision.ProposedActions;
import com.tracemem.decision.Reads;
import com.tracemem.decision.Writes;
import com.tracemem.product.Connector;
import com.tracemem.product.Connectors;
import com.tracemem.product.Data;
import com.tracemem.product.Operation;
import com.tracemem.product.Product;
import com.tracemem.product.ProductDraft;
import com.tracemem.product.ProductDraft.FieldDraft;
import com.tracemem.product.Products;
import com.tracemem.product.Restrictions;
import com.tracemem.product.ResultMode;
import com.tracemem.product.Schemas;
import com.tracemem.product.Source;
import com.tracemem.product.jdbc.JdbcStore;
import com.tracemem.secret.MasterKey;
import com.tracemem.secret.SecretValue;
import com.tracemem.secret.Secrets;
import com.tracemem.store.ExternalDatabase;
import com.tracemem.store.TestDatabase;
import java.net.URI;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** One node with data products on a database of somebody else, which tests look into and get in the way of. */
final class DataNode implements AutoCloseable {
    static final String PURPOSE = "discount_evaluation";
    /** Nobody but the sample data knows this address. */
    static final String PLANTED = "planted.address@customer.example";

    final TestDatabase database = TestDatabase.create();
    final ExternalDatabase target = ExternalDatabase.parse(TestDatabase.createEmpty());
    final JdbcClient targetJdbc;
    final CoreNode core;
    final HeldStore store = new HeldStore(new JdbcStore());
    final Connectors connectors;
    final Schemas schemas;
    final Products products;
    final Reads reads;
    final Writes writes;
    final ProposedActions actions;
    private final Supplier<Writes> anotherNode;

    DataNode() throws InterruptedException {
        Clock clock = Clock.systemUTC();
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(target.jdbcUrl());
        source.setUser(target.user());
        source.setPassword(target.password());
        targetJdbc = JdbcClient.create(source);
        for (String table : List.of(
                "create table customers (customer_id int primary key, name text, email text, tier text, secret text)",
                "insert into customers values (1001, 'Acme', '" + PLANTED + "', 'standard', 'shh')",
                "insert into customers values (1002, 'Globex', 'other@customer.example', 'premium', 'shh')",
                "create table discounts (discount_id bigint generated always as identity primary key, customer_id int not"
                        + " null references customers, proposed_discount numeric not null check (proposed_discount < 1),"
                        + " customer_tier text, note text)")) {
            targetJdbc.sql(table).update();
        }
        core = new CoreNode(database, "node-data", clock);
        Secrets secrets = new Secrets(
                database.dataSource(),
                MasterKey.parse(Base64.getEncoder().encodeToString(new byte[32]), "test"),
                clock);
        connectors = new Connectors(database.dataSource(), secrets, store, core.signals, core.ids, clock);
        schemas = new Schemas(database.dataSource(), connectors, store, clock);
        products = new Products(database.dataSource(), connectors, schemas, core.policies, core.signals, clock);
        Data data = new Data(connectors, schemas, store);
        ProductAccess access = new ProductAccess(products);
        KnownDecisions known = core.known;
        anotherNode = () -> new Writes(core.ledger, database.jdbc(), known, access, core.policies, data, clock);
        reads = new Reads(core.ledger, core.trace, known, access, data);
        actions = new ProposedActions(access, data);
        writes = new Writes(core.ledger, database.jdbc(), known, access, core.policies, data, clock);
    }

    /** Writes that know nothing of those that are under way here. */
    Writes anotherNode() {
        return anotherNode.get();
    }

    String connector(String tenantId) {
        return connector(tenantId, "store", target.user(), target.password());
    }

    /** One to the same target, for another login there. */
    String connector(String tenantId, String name, String login, String password) {
        URI address = URI.create(target.jdbcUrl().substring("jdbc:".length()));
        return connectors
                .create(
                        tenantId,
                        new Connectors.Draft(
                                name,
                                new Connector.Settings(
                                        Connector.Type.POSTGRESQL,
                                        address.getHost(),
                                        address.getPort(),
                                        address.getPath().substring(1),
                                        login,
                                        Connector.Tls.NONE,
                                        8,
                                        5000,
                                        15_000,
                                        10_000)),
                        SecretValue.of(password))
                .connectorId();
    }

    /** The draft of a product; tests change it with {@link #with}. */
    static ProductDraft draft(String id, String connectorId, Operation operation, String table, String... fields) {
        return new ProductDraft(
                id,
                id,
                null,
                connectorId,
                operation,
                new Source.Table(null, table),
                Arrays.stream(fields).map(FieldDraft::of).toList(),
                List.of(PURPOSE, "support"),
                new Restrictions(100, ResultMode.MULTIPLE, 10, operation == Operation.INSERT),
                List.of(),
                false);
    }

    static ProductDraft with(ProductDraft draft, List<String> policies, boolean requiresApproval) {
        return new ProductDraft(
                draft.productId(),
                draft.name(),
                draft.description(),
                draft.connectorId(),
                draft.operation(),
                draft.source(),
                draft.fields(),
                draft.purposes(),
                draft.restrictions(),
                policies,
                requiresApproval);
    }

    Product save(String tenantId, ProductDraft draft) {
        return products.save(tenantId, draft, "usr_test").product();
    }

    long discounts() {
        return targetJdbc
                .sql("select count(*) from discounts")
                .query(Long.class)
                .single();
    }

    @Override
    public void close() {
        products.close();
        connectors.close();
        store.close();
        core.close();
        database.close();
    }
}
