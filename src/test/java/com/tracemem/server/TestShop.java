package com.tracemem.server;

import com.tracemem.product.Connector;
import com.tracemem.product.Connectors;
import com.tracemem.product.Operation;
import com.tracemem.product.ProductDraft;
import com.tracemem.product.ProductDraft.FieldDraft;
import com.tracemem.product.Products;
import com.tracemem.product.Restrictions;
import com.tracemem.product.ResultMode;
import com.tracemem.product.Source;
import com.tracemem.secret.SecretValue;
import com.tracemem.store.ExternalDatabase;
import com.tracemem.store.TestDatabase;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Somebody's database on the real PostgreSQL, with offers of discounts, and the products that are views on it. */
final class TestShop {
    static final String PURPOSE = "discount_evaluation";
    /** Reads offers, whose fields are what the policy discount_cap_v1 asks for. */
    static final String OFFERS = "offers_v1";
    /** Changes an offer. */
    static final String OFFER_CHANGES = "offer_changes_v1";
    /** Inserts discounts. */
    static final String DISCOUNTS = "discounts_v1";

    private final ExternalDatabase address = ExternalDatabase.parse(TestDatabase.createEmpty());
    final PGSimpleDataSource dataSource = new PGSimpleDataSource();
    final JdbcClient jdbc;

    TestShop() {
        dataSource.setUrl(address.jdbcUrl());
        dataSource.setUser(address.user());
        dataSource.setPassword(address.password());
        jdbc = JdbcClient.create(dataSource);
        Stream.of(
                        "create table offers (offer_id int primary key, proposed_discount numeric not null,"
                                + " customer_tier text not null)",
                        "insert into offers values (1, 0.1, 'standard'), (2, 0.3, 'standard')",
                        "create table discounts (discount_id bigint generated always as identity primary key,"
                                + " customer_id int not null, discount numeric not null)")
                .forEach(sql -> jdbc.sql(sql).update());
    }

    long discounts() {
        return jdbc.sql("select count(*) from discounts").query(Long.class).single();
    }

    /** The connector and the products, for a tenant of this server. */
    String connect(TestServer server, String tenantId) {
        URI uri = URI.create(address.jdbcUrl().substring("jdbc:".length()));
        String connectorId = server.room(Connectors.class)
                .create(
                        tenantId,
                        new Connectors.Draft(
                                "shop",
                                new Connector.Settings(
                                        Connector.Type.POSTGRESQL,
                                        uri.getHost(),
                                        uri.getPort(),
                                        uri.getPath().substring(1),
                                        address.user(),
                                        Connector.Tls.NONE,
                                        8,
                                        5000,
                                        60_000,
                                        60_000)),
                        SecretValue.of(address.password()))
                .connectorId();
        Products products = server.room(Products.class);
        products.save(
                tenantId,
                draft(OFFERS, connectorId, Operation.READ, "offers", "offer_id", "proposed_discount", "customer_tier"),
                "test");
        products.save(
                tenantId,
                draft(
                        OFFER_CHANGES,
                        connectorId,
                        Operation.UPDATE,
                        "offers",
                        "offer_id",
                        "proposed_discount",
                        "customer_tier"),
                "test");
        products.save(
                tenantId,
                draft(DISCOUNTS, connectorId, Operation.INSERT, "discounts", "discount_id", "customer_id", "discount"),
                "test");
        return connectorId;
    }

    private static ProductDraft draft(
            String id, String connectorId, Operation operation, String table, String... fields) {
        return new ProductDraft(
                id,
                id,
                null,
                connectorId,
                operation,
                new Source.Table(null, table),
                Stream.of(fields).map(FieldDraft::of).toList(),
                List.of(PURPOSE),
                new Restrictions(100, ResultMode.MULTIPLE, null, operation == Operation.INSERT),
                List.of(),
                false);
    }
}
