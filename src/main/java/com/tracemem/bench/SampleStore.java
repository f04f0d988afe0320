package com.tracemem.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** A database of somebody else, beside the product's own, with a table to read from. */
final class SampleStore {
    static final String DATABASE = "tracemem_bench_store";
    static final String TABLE = "customer";
    /** Of a row in the middle. */
    static final int KEY = 4_321;

    private SampleStore() {}

    static void make(PostgresAddress address) throws SQLException {
        execute(address, address.database(), "create database " + DATABASE);
        execute(
                address,
                DATABASE,
                "create table " + TABLE + " (customer_id int primary key, name text not null, tier text not null,"
                        + " credit numeric(12, 2) not null, since date not null)");
        execute(
                address,
                DATABASE,
                "insert into " + TABLE
                        + " select id, 'Customer ' || id, 'standard', id * 1.5, date '2020-01-01' + id % 1000"
                        + " from generate_series(1, 10000) as id");
        execute(address, DATABASE, "analyze " + TABLE);
    }

    private static void execute(PostgresAddress address, String database, String sql) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", address.user());
        properties.setProperty("password", address.password());
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + address.port() + "/" + database, properties);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
