package com.tracemem.product;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The databases that every behaviour of connectors is tried on. */
public enum Target {
    POSTGRESQL {
        private TestPostgres database() {
            if (postgres == null) {
                postgres = TestPostgres.create();
            }
            return postgres;
        }

        @Override
        public Connector.Settings settings() {
            return database().settings();
        }

        @Override
        public String password() {
            return TestPostgres.PASSWORD;
        }

        @Override
        public void execute(String... statements) {
            database().execute(statements);
        }

        @Override
        public Connection connect() throws SQLException {
            return database().connect();
        }
    },
    MARIADB {
        private TestMariaDb database() {
            if (maria == null) {
                maria = TestMariaDb.create();
            }
            return maria;
        }

        @Override
        public Connector.Settings settings() {
            return database().settings();
        }

        @Override
        public String password() {
            return TestMariaDb.PASSWORD;
        }

        @Override
        public void execute(String... statements) {
            database().execute(statements);
        }

        @Override
        public Connection connect() throws SQLException {
            return database().connect();
        }
    };

    private static @Nullable TestPostgres postgres;
    private static @Nullable TestMariaDb maria;

    public abstract Connector.Settings settings();

    public abstract String password();

    /** As an administrator. */
    public abstract void execute(String... statements);

    /** A connection of an administrator's. */
    public abstract Connection connect() throws SQLException;

    /** A number that a query answers with. */
    public long count(String sql) {
        try (Connection connection = connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
