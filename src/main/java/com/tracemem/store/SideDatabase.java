package com.tracemem.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.regex.Pattern;

/** Databases on the same server that are not the product's own. */
final class SideDatabase {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,50}");
    /** No quote could end it. */
    private static final Pattern PASSWORD = Pattern.compile("[A-Za-z0-9_-]{16,100}");

    /** What PostgreSQL answers to those who lack a right. */
    private static final String FORBIDDEN = "42501";

    private SideDatabase() {}

    /** On the embedded server, where nobody else is. */
    static ExternalDatabase ensure(ExternalDatabase own, String name, String password) {
        check(name, password);
        try (Connection connection = Database.ownerDataSource(own).getConnection();
                Statement statement = connection.createStatement()) {
            role(connection, statement, name, password);
            database(connection, statement, name);
            statement.execute("revoke connect, temporary on database " + connection.getCatalog() + " from public");
        } catch (SQLException failure) {
            throw unmade(name, failure);
        }
        return at(own, name, password);
    }

    /**
     * On somebody else's server, under a name that no other database of it uses for this.
     *
     * @return empty when our user there may not create databases and roles
     */
    static Optional<ExternalDatabase> ensureExternal(ExternalDatabase own, String prefix, String password) {
        check(prefix, password);
        try (Connection connection = Database.ownerDataSource(own).getConnection();
                Statement statement = connection.createStatement()) {
            String name = prefix + "_" + oid(statement);
            role(connection, statement, name, password);
            statement.execute("grant " + name + " to current_user");
            database(connection, statement, name);
            return Optional.of(at(own, name, password));
        } catch (SQLException failure) {
            if (FORBIDDEN.equals(failure.getSQLState())) {
                return Optional.empty();
            }
            throw unmade(prefix, failure);
        }
    }

    private static void check(String name, String password) {
        if (!NAME.matcher(name).matches() || !PASSWORD.matcher(password).matches()) {
            throw new IllegalArgumentException("A database beside has a plain name and password");
        }
    }

    private static long oid(Statement statement) throws SQLException {
        try (ResultSet row =
                statement.executeQuery("select oid::bigint from pg_database where datname = current_database()")) {
            row.next();
            return row.getLong(1);
        }
    }

    private static void role(Connection connection, Statement statement, String name, String password)
            throws SQLException {
        boolean known = exists(connection, "select 1 from pg_roles where rolname = ?", name);
        statement.execute((known ? "alter" : "create") + " role " + name + " login password '" + password + "'");
    }

    private static void database(Connection connection, Statement statement, String name) throws SQLException {
        if (!exists(connection, "select 1 from pg_database where datname = ?", name)) {
            statement.execute("create database " + name + " owner " + name);
        }
        statement.execute("revoke connect on database " + name + " from public");
    }

    private static DatabaseUnavailableException unmade(String name, SQLException failure) {
        return new DatabaseUnavailableException(
                "The database " + name + " could not be made beside the product's own: " + failure.getMessage() + ".",
                failure);
    }

    private static ExternalDatabase at(ExternalDatabase own, String name, String password) {
        String url = own.jdbcUrl();
        int query = url.indexOf('?');
        String address = query < 0 ? url : url.substring(0, query);
        return new ExternalDatabase(
                address.substring(0, address.lastIndexOf('/') + 1) + name + (query < 0 ? "" : url.substring(query)),
                name,
                password);
    }

    private static boolean exists(Connection connection, String sql, String name) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setString(1, name);
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        }
    }
}
