package com.tracemem.product;

import com.tracemem.store.TestDatabase;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A fresh database on the real PostgreSQL that is not the product's own: what a connector leads to. As
 * {@link TestMariaDb}; its login owns the database and is nothing more.
 */
public final class TestPostgres {
    public static final String PASSWORD = "postgres secret";
    private static final AtomicInteger COUNTER = new AtomicInteger();

    private final URI address;
    private final String admin;
    private final String login = "login_" + COUNTER.incrementAndGet();

    private TestPostgres(String url) {
        this.address = URI.create(url);
        this.admin = "jdbc:postgresql://" + address.getHost() + ":" + address.getPort() + address.getPath();
    }

    public static TestPostgres create() {
        TestPostgres made = new TestPostgres(TestDatabase.createEmpty());
        made.execute(
                "create role " + made.login + " login password '" + PASSWORD + "'",
                "grant all on schema public to " + made.login,
                "alter default privileges grant all on tables to " + made.login,
                "alter default privileges grant all on sequences to " + made.login);
        return made;
    }

    /** What a connector to it has. */
    public Connector.Settings settings() {
        return settings(login);
    }

    /** The same, as another user. */
    public Connector.Settings settings(String username) {
        return new Connector.Settings(
                Connector.Type.POSTGRESQL,
                address.getHost(),
                address.getPort(),
                address.getPath().substring(1),
                username,
                Connector.Tls.NONE,
                Connector.Settings.DEFAULT_POOL_SIZE,
                Connector.Settings.DEFAULT_CONNECT_TIMEOUT_MS,
                Connector.Settings.DEFAULT_READ_TIMEOUT_MS,
                Connector.Settings.DEFAULT_STATEMENT_TIMEOUT_MS);
    }

    public String login() {
        return login;
    }

    /** A connection of an administrator's. */
    public Connection connect() throws SQLException {
        String[] user = address.getUserInfo().split(":", 2);
        return DriverManager.getConnection(admin, user[0], user[1]);
    }

    /** As an administrator. */
    public void execute(String... statements) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
