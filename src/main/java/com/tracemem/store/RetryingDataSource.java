package com.tracemem.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Connects again and again, for a short time, while the server is down or starting. The pool's own pause doubles with
 * every failure, so that it would notice seconds late that a restarted server is back.
 */
final class RetryingDataSource extends DelegatingDataSource {
    private static final Duration LIMIT = Duration.ofSeconds(3);
    private static final Duration PAUSE = Duration.ofMillis(50);
    /** Refused, broken off, starting up, shutting down. */
    private static final Set<String> PASSING = Set.of("08001", "08006", "57P03", "57P01", "57P02");

    RetryingDataSource(DataSource target) {
        super(target);
    }

    @Override
    public Connection getConnection() throws SQLException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try {
                return super.getConnection();
            } catch (SQLException failure) {
                if (!PASSING.contains(String.valueOf(failure.getSQLState())) || System.nanoTime() > deadline) {
                    throw failure;
                }
                rest(failure);
            }
        }
    }

    private static void rest(SQLException failure) throws SQLException {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            throw failure;
        }
    }
}
