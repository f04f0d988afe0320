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
import com.tracemem.store.Database;
import com.tracemem.store.ExternalDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The sample store: a database of customers, orders and discounts beside the product's own, a connector to it, and three
 * data products on it. Each part is made only if it is not there.
 */
final class DemoStore {
    static final String CUSTOMERS = "pg_customers_v1";
    static final String ORDERS = "pg_orders_v1";
    static final String DISCOUNTS = "pg_discounts_v1";
    static final String PURPOSE = "discount_evaluation";
    private static final String DATABASE = "tracemem_sample_store";
    private static final String CONNECTOR = "Sample store";
    private static final int ROW_LIMIT = 100;

    private final Server server;
    private final String tenantId;

    DemoStore(Server server, String tenantId) {
        this.server = server;
        this.tenantId = tenantId;
    }

    /**
     * Makes what is missing.
     *
     * @return false on an external PostgreSQL where the product's user may make no database
     */
    boolean ensure() {
        String password = HexFormat.of().formatHex(random());
        Optional<ExternalDatabase> reached = server.room(Database.class).beside(DATABASE, password);
        if (reached.isEmpty()) {
            return false;
        }
        String connectorId = connector(reached.get(), fill(reached.get()), password);
        Products products = server.room(Products.class);
        Stream.of(customers(connectorId), orders(connectorId), discounts(connectorId))
                .filter(draft -> products.find(tenantId, draft.productId()).isEmpty())
                .forEach(draft -> products.save(tenantId, draft, DemoSetup.MADE_BY));
        return true;
    }

    private static byte[] random() {
        byte[] bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    /** How the way there is protected. */
    private static Connector.Tls fill(ExternalDatabase store) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(store.jdbcUrl());
        source.setUser(store.user());
        source.setPassword(store.password());
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(text("sample-store.sql"));
            try (ResultSet row = statement.executeQuery("select ssl from pg_stat_ssl where pid = pg_backend_pid()")) {
                return row.next() && row.getBoolean(1) ? Connector.Tls.REQUIRED : Connector.Tls.NONE;
            }
        } catch (SQLException failure) {
            throw new StartFailure("The demo's sample store could not be filled: " + failure.getMessage() + ".");
        }
    }

    /** The address and the password are those of this start. */
    private String connector(ExternalDatabase store, Connector.Tls tls, String password) {
        Connectors connectors = server.room(Connectors.class);
        URI address = URI.create(store.jdbcUrl().substring("jdbc:".length()));
        if (address.getHost() == null) {
            throw new StartFailure("The demo's sample store needs one host in TRACEMEM_DATABASE_URL; name one, or start"
                    + " without --demo.");
        }
        Connectors.Draft draft = new Connectors.Draft(
                CONNECTOR,
                new Connector.Settings(
                        Connector.Type.POSTGRESQL,
                        address.getHost(),
                        address.getPort() < 0 ? Connector.Type.POSTGRESQL.usualPort() : address.getPort(),
                        address.getPath().substring(1),
                        store.user(),
                        tls,
                        Connector.Settings.DEFAULT_POOL_SIZE,
                        Connector.Settings.DEFAULT_CONNECT_TIMEOUT_MS,
                        Connector.Settings.DEFAULT_READ_TIMEOUT_MS,
                        Connector.Settings.DEFAULT_STATEMENT_TIMEOUT_MS));
        SecretValue secret = SecretValue.of(password);
        return DemoSetup.find(
                        page -> connectors.list(tenantId, page),
                        each -> each.name().equals(CONNECTOR))
                .flatMap(known -> connectors.change(tenantId, known.connectorId(), before -> draft, secret))
                .orElseGet(() -> connectors.create(tenantId, draft, secret))
                .connectorId();
    }

    private static ProductDraft customers(String connectorId) {
        return new ProductDraft(
                CUSTOMERS,
                "Customers",
                "Who buys at the sample store, one record each.",
                connectorId,
                Operation.READ,
                new Source.Table(null, "customers"),
                List.of(
                        FieldDraft.of("customer_id"),
                        FieldDraft.of("name"),
                        new FieldDraft("email", null, null, null, null, null, true, null),
                        FieldDraft.of("tier"),
                        FieldDraft.of("customer_since"),
                        FieldDraft.of("late_payments")),
                List.of(PURPOSE, "support"),
                new Restrictions(ROW_LIMIT, ResultMode.MULTIPLE, null, false),
                List.of(),
                false);
    }

    private static ProductDraft orders(String connectorId) {
        return new ProductDraft(
                ORDERS,
                "Orders",
                "What customers of the sample store ordered.",
                connectorId,
                Operation.READ,
                new Source.Table(null, "orders"),
                fields("order_id", "customer_id", "amount", "currency", "status", "ordered_at"),
                List.of(PURPOSE, "reporting"),
                new Restrictions(ROW_LIMIT, ResultMode.MULTIPLE, null, false),
                List.of(),
                false);
    }

    private static ProductDraft discounts(String connectorId) {
        return new ProductDraft(
                DISCOUNTS,
                "Discounts",
                "Grants a customer a discount; the policy " + DemoSetup.POLICY + " is asked about each.",
                connectorId,
                Operation.INSERT,
                new Source.Table(null, "discounts"),
                fields("discount_id", "customer_id", "proposed_discount", "customer_tier", "order_value", "granted_at"),
                List.of(PURPOSE),
                new Restrictions(ROW_LIMIT, ResultMode.MULTIPLE, 1, true),
                List.of(DemoSetup.POLICY),
                false);
    }

    private static List<FieldDraft> fields(String... names) {
        return Stream.of(names).map(FieldDraft::of).toList();
    }

    private static String text(String resource) {
        try (InputStream in = DemoStore.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new StartFailure("The program is incomplete: " + resource + " is missing; build it again.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
