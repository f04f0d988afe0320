package com.tracemem.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What (a) is compared with: the least a durable operation can cost on this PostgreSQL. As many JDBC connections, each
 * updating a row of its own and inserting a small one, in one prepared statement that is one transaction. In a database
 * of its own, dropped when closed.
 */
final class Floor implements AutoCloseable {
    private static final String DATABASE = "tracemem_bench";
    private static final String STATEMENT = """
            with head as (update head set seq = seq + 1 where id = ? returning id, seq)
            insert into entry (id, seq, body) select id, seq, ? from head
            """;
    private static final byte[] BODY = new byte[300];

    private final PostgresAddress address;
    private final ExecutorService threads = Executors.newFixedThreadPool(
            GovernedOperations.CONNECTIONS,
            Thread.ofPlatform().daemon().name("floor-", 1).factory());
    private final List<Connection> connections = new ArrayList<>();

    Floor(PostgresAddress address) throws SQLException {
        this.address = address;
        try {
            administer("drop database if exists " + DATABASE + " with (force)", "create database " + DATABASE);
            for (int number = 0; number < GovernedOperations.CONNECTIONS; number++) {
                connections.add(connect(DATABASE));
            }
            try (var statement = connections.getFirst().createStatement()) {
                statement.execute("create table head (id int primary key, seq bigint not null) with (fillfactor = 50)");
                statement.execute(
                        "create table entry (id int, seq bigint, body bytea not null, primary key (id, seq))");
                statement.execute("insert into head select id, 0 from generate_series(0, "
                        + (GovernedOperations.CONNECTIONS - 1) + ") as id");
            }
        } catch (SQLException failure) {
            close();
            throw failure;
        }
    }

    /** Transactions per second that were committed during this time. */
    double perSecond(Duration duration) throws SQLException, InterruptedException {
        long start = System.nanoTime();
        long end = start + duration.toNanos();
        List<Callable<Long>> tasks = new ArrayList<>();
        for (int number = 0; number < connections.size(); number++) {
            int id = number;
            tasks.add(() -> transact(connections.get(id), id, end));
        }
        long committed = 0;
        for (Future<Long> task : threads.invokeAll(tasks)) {
            try {
                committed += task.get();
            } catch (ExecutionException failure) {
                throw new SQLException(failure.getCause());
            }
        }
        return committed * 1e9 / (System.nanoTime() - start);
    }

    @Override
    public void close() throws SQLException {
        threads.shutdownNow();
        for (Connection connection : connections) {
            connection.close();
        }
        administer("drop database if exists " + DATABASE + " with (force)");
    }

    private static long transact(Connection connection, int id, long end) throws SQLException {
        long committed = 0;
        try (PreparedStatement statement = connection.prepareStatement(STATEMENT)) {
            while (System.nanoTime() < end) {
                statement.setInt(1, id);
                statement.setBytes(2, BODY);
                statement.executeUpdate();
                committed++;
            }
        }
        return committed;
    }

    private void administer(String... statements) throws SQLException {
        try (Connection connection = connect(address.database());
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private Connection connect(String database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", address.user());
        properties.setProperty("password", address.password());
        properties.setProperty("prepareThreshold", "1");
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + address.port() + "/" + database, properties);
    }
}
