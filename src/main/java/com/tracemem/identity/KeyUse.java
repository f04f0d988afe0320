package com.tracemem.identity;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down when keys were last used, behind the callers' backs: at most once a minute a key, and when
 * more comes than fits the queue, the surplus is dropped rather than anyone kept waiting.
 */
final class KeyUse implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KeyUse.class);
    private static final Duration GRAIN = Duration.ofMinutes(1);
    private static final int QUEUE = 4096;
    private static final int BATCH = 500;

    private record Use(String tenantId, String keyId, Instant at) {}

    private final DataSource dataSource;
    private final BlockingQueue<Use> waiting = new ArrayBlockingQueue<>(QUEUE);
    private final Thread writer;
    /** Held while a statement runs: an interrupt in the middle of one would break its connection. */
    private final ReentrantLock writing = new ReentrantLock();

    private volatile boolean closed;

    KeyUse(DataSource dataSource) {
        this.dataSource = dataSource;
        this.writer = Thread.ofVirtual().name("key-use").unstarted(this::write);
    }

    void start() {
        writer.start();
    }

    /** Notes a use unless one was written less than a minute before; returns at once. */
    void note(AgentKey key, Instant at) {
        boolean due =
                key.lastUsedAt().map(last -> last.isBefore(at.minus(GRAIN))).orElse(true);
        if (due) {
            boolean queued = waiting.offer(new Use(key.tenantId(), key.keyId(), at));
            if (!queued) {
                LOG.debug("The queue of key uses is full; a last-used time stays as it is until the next use");
            }
        }
    }

    private void write() {
        List<Use> batch = new ArrayList<>(BATCH);
        while (!closed) {
            try {
                batch.add(waiting.take());
                waiting.drainTo(batch, BATCH - 1);
                writeUnlessClosed(batch);
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
                return;
            } catch (SQLException | RuntimeException e) {
                LOG.warn(
                        "The last-used times of {} keys were not written: {}. The keys work; their next use tries again.",
                        batch.size(),
                        e.getMessage());
            }
            batch.clear();
        }
    }

    private void writeUnlessClosed(List<Use> batch) throws SQLException {
        writing.lock();
        try {
            if (!closed) {
                write(batch);
            }
        } finally {
            writing.unlock();
        }
    }

    /** One statement; rows another node is writing are skipped, so that two nodes never wait for each other. */
    private void write(List<Use> batch) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement update = connection.prepareStatement("""
                        with used as (
                            select k.tenant_id, k.key_id, u.at
                            from unnest(?, ?, ?::timestamptz[]) as u (tenant_id, key_id, at)
                            join agent_key k on k.tenant_id = u.tenant_id and k.key_id = u.key_id
                            where k.last_used_at is null or k.last_used_at < u.at - interval '1 minute'
                            for update of k skip locked
                        )
                        update agent_key k set last_used_at = used.at
                        from used where k.tenant_id = used.tenant_id and k.key_id = used.key_id""")) {
            update.setArray(
                    1, texts(connection, batch.stream().map(Use::tenantId).toArray()));
            update.setArray(2, texts(connection, batch.stream().map(Use::keyId).toArray()));
            update.setArray(
                    3,
                    texts(
                            connection,
                            batch.stream().map(use -> use.at().toString()).toArray()));
            update.executeUpdate();
        }
    }

    private static Array texts(Connection connection, Object[] values) throws SQLException {
        return connection.createArrayOf("text", values);
    }

    @Override
    public void close() {
        writing.lock();
        try {
            closed = true;
            writer.interrupt();
        } finally {
            writing.unlock();
        }
        try {
            writer.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
