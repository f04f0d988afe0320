package com.tracemem.product.jdbc;

import com.tracemem.product.Connector;
import com.tracemem.product.ConnectorAccess;
import com.tracemem.product.SourceUnavailable;
import com.tracemem.product.TargetMemory;
import com.tracemem.product.jdbc.Failure.Kind;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The connections of one connector, made when they are wanted. */
final class Pool implements AutoCloseable {
    /** How long a connection waits for more work before it is closed. */
    private static final Duration IDLE_CONNECTION = Duration.ofSeconds(60);
    /** How long it is remembered that reads of a product are large. */
    private static final Duration USUAL_FOR = Duration.ofMinutes(1);

    private static final Duration LONGEST_WAIT_AT_ONCE = Duration.ofSeconds(1);
    /** Of products and of statements. */
    private static final int MOST_USUAL = 1000;
    /** Reads that take longer than this, eight together, are better made by several connections at the same time. */
    private static final Duration LONGEST_TRIP = Duration.ofMillis(20);

    private final Connector connector;
    private final Dialect dialect;
    private final Connecting connecting;
    private final HikariDataSource connections;
    /** By what the target remembers writes; null until it is known to remember any. */
    private volatile TargetMemory.@Nullable Kept memory;
    /** Whether it was tried to make one. */
    private volatile boolean memoryTried;

    private final Duration patience;
    /** Held by who makes the first connection. */
    private final ReentrantLock first = new ReentrantLock();

    private final ConcurrentHashMap<Reads, Usual> usualWays = new ConcurrentHashMap<>();
    /** By the text of their statement, reads that may go together. */
    private final ConcurrentHashMap<String, Gathering<Reader.Wanted, Reader.Found>> gatherings =
            new ConcurrentHashMap<>();

    private int users;
    private boolean retired;
    private long lastUsedNanos = System.nanoTime();

    Pool(ConnectorAccess access, ScheduledExecutorService timer) {
        this.connector = access.connector();
        this.dialect = Dialect.of(connector.settings().type());
        HikariConfig config = new HikariConfig();
        config.setPoolName("connector " + connector.connectorId());
        this.connecting = new Connecting(dialect.dataSource(access), dialect, connector.settings());
        config.setDataSource(connecting);
        config.setMinimumIdle(0);
        config.setMaximumPoolSize(connector.settings().poolSize());
        config.setInitializationFailTimeout(-1);
        this.patience = Duration.ofMillis(connector.settings().connectTimeoutMs());
        config.setConnectionTimeout(Math.clamp(patience.toMillis(), 250, LONGEST_WAIT_AT_ONCE.toMillis()));
        config.setValidationTimeout(Math.clamp(connector.settings().connectTimeoutMs() / 2, 250, 3000));
        config.setIdleTimeout(IDLE_CONNECTION.toMillis());
        config.setMaxLifetime(Duration.ofMinutes(10).toMillis());
        config.setScheduledExecutor(timer);
        config.setThreadFactory(Thread.ofVirtual().name("connector-pool").factory());
        this.connections = new HikariDataSource(config);
    }

    Dialect dialect() {
        return dialect;
    }

    int revision() {
        return connector.revision();
    }

    /** A connection in autocommit mode; closing it gives it back. */
    Connection open() {
        long begun = System.nanoTime();
        while (true) {
            try {
                return size() == 0 ? openFirst(begun) : connections.getConnection();
            } catch (SQLTransientConnectionException none) {
                // none came free: unless there is none any more, others are still at work with them
                if (System.nanoTime() - begun >= patience.toNanos()) {
                    throw new SourceUnavailable(dialect.failure(none).sentence());
                }
            } catch (SQLException failure) {
                throw new SourceUnavailable(dialect.failure(failure).sentence());
            }
        }
    }

    /** One after the other, so that many callers do not try a database at the same time that is not there. */
    private Connection openFirst(long begun) throws SQLException {
        connecting.throwIfFailedSince(begun);
        if (!isFirst()) {
            throw new SourceUnavailable(new Failure(Kind.BUSY, null).sentence());
        }
        try {
            if (size() == 0) {
                connecting.prepare(begun);
            }
            return connections.getConnection();
        } finally {
            connecting.closeUnused();
            first.unlock();
        }
    }

    private boolean isFirst() {
        try {
            return first.tryLock(patience.toMillis() + LONGEST_WAIT_AT_ONCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private record Reads(String productId, Reader.Way cheapest) {}

    private record Usual(Reader.Way way, long sinceNanos) {}

    /**
     * How such reads went lately.
     *
     * @param cheapest how they are tried first
     */
    Reader.Way usualWay(String productId, Reader.Way cheapest) {
        if (usualWays.isEmpty()) {
            return cheapest;
        }
        Usual usual = usualWays.get(new Reads(productId, cheapest));
        return usual != null && System.nanoTime() - usual.sinceNanos() < USUAL_FOR.toNanos() ? usual.way() : cheapest;
    }

    void usualWay(String productId, Reader.Way cheapest, Reader.Way usual) {
        if (usualWays.size() >= MOST_USUAL) {
            usualWays.clear();
        }
        usualWays.put(new Reads(productId, cheapest), new Usual(usual, System.nanoTime()));
    }

    /** Makes a read of one record, together with others of the same statement that are wanted at the same time. */
    Reader.Found readTogether(Reader.Wanted wanted) throws SQLException {
        if (gatherings.size() >= MOST_USUAL) {
            gatherings.clear();
        }
        return gatherings
                .computeIfAbsent(wanted.statement().text(), text -> new Gathering<>(LONGEST_TRIP, System::nanoTime))
                .make(wanted, several -> Reader.found(this, several));
    }

    /** Breaks a connection off whose answer is not worth taking off the wire, and gives it to nobody again. */
    void abandon(Connection connection, Statement statement) {
        try (statement) {
            connection.abort(Runnable::run);
        } catch (SQLException gone) {
            // which is what was wanted
        }
        evict(connection);
    }

    /** Before a broken connection is given back, so that nobody gets it again. */
    void evict(Connection connection) {
        connections.evictConnection(connection);
    }

    TargetMemory.@Nullable Kept memory() {
        return memory;
    }

    /** @param found null when it is gone */
    void memory(TargetMemory.@Nullable Kept found) {
        memory = found;
        memoryTried = false;
    }

    /** Whether the target is to be given a memory now: once, unless it lost the one it had. */
    boolean tryMemory() {
        boolean first = !memoryTried;
        memoryTried = true;
        return first;
    }

    /** How many connections are open. */
    int size() {
        return connections.getHikariPoolMXBean() == null
                ? 0
                : connections.getHikariPoolMXBean().getTotalConnections();
    }

    /** Counts a user in; false when it is closing and another pool has to be made. */
    synchronized boolean enter() {
        if (retired) {
            return false;
        }
        users++;
        return true;
    }

    synchronized void leave() {
        users--;
        lastUsedNanos = System.nanoTime();
        if (retired && users == 0) {
            closeConnections();
        }
    }

    /** Closes it as soon as nobody uses it. */
    @Override
    public synchronized void close() {
        if (!retired && users == 0) {
            closeConnections();
        }
        retired = true;
    }

    /** In the background: a connection that is just being made to a database that is away is waited for. */
    private void closeConnections() {
        Thread.ofVirtual().name("close-" + connector.connectorId()).start(connections::close);
    }

    /** Closes it unless it was used lately, and says whether it is closed. */
    synchronized boolean closeIfIdle(Duration longerThan) {
        if (users == 0 && System.nanoTime() - lastUsedNanos >= longerThan.toNanos()) {
            close();
        }
        return retired;
    }
}
