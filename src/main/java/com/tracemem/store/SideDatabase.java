package com.tracemem.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Pattern;

/** Databases on the embedded server that are not the product's own. */
final class SideDatabase {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z_]{0,40}");
    /** No quote could end it. */
    private static final Pattern PASSWORD = Pattern.compile("[A-Za-z0-9_-]{16,100}");

    private SideDatabase() {}

    static ExternalDatabase ensure(ExternalDatabase own, String name, String password) {
        if (!NAME.matcher(name).matches() || !PASSWORD.matcher(password).matches()) {
            throw new IllegalArgumentException("A database beside has a plain name and password");
        }
        try (Connection connection = Database.ownerDataSource(own).getConnection();
                Statement statement = connection.createStatement()) {
            boolean known = exists(connection, "select 1 from pg_roles where rolname = ?", name);
            statement.execute((known ? "alter" : "create") + " role " + name + " login password '" + password + "'");
            if (!exists(connection, "select 1 from pg_database where datname = ?", name)) {
                statement.execute("create database " + name + " owner " + name);
            }
            statement.execute("revoke connect on database " + name + " from public");
            statement.execute("revoke connect, temporary on database " + connection.getCatalog() + " from public");
        } catch (SQLException failure) {
            throw new DatabaseUnavailableException(
                    "The database " + name + " could not be made on the embedded PostgreSQL: " + failure.getMessage()
                            + ".",
                    failure);
        }
        String url = own.jdbcUrl();
        return new ExternalDatabase(url.substring(0, url.lastIndexOf('/') + 1) + name, name, password);
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
