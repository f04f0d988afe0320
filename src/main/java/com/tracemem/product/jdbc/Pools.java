package com.tracemem.product.jdbc;

import com.tracemem.product.Connector;
import com.tracemem.product.ConnectorAccess;
import com.tracemem.product.TargetMemory;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A pool for each connector that is in use, with one timer for all. */
final class Pools implements AutoCloseable {
    /** How long a pool that nobody uses stays. */
    static final Duration IDLE = Duration.ofMinutes(5);

    private record Key(String tenantId, String connectorId) {}

    private final ConcurrentHashMap<Key, Pool> pools = new ConcurrentHashMap<>();
    private final ScheduledThreadPoolExecutor timer;

    Pools() {
        timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("connector-timer").factory());
        timer.setRemoveOnCancelPolicy(true);
        // ends with the timer
        var _ = timer.scheduleWithFixedDelay(() -> closeIdle(IDLE), 30, 30, TimeUnit.SECONDS);
    }

    <R> R use(ConnectorAccess access, Function<Pool, R> work) {
        Pool pool = enter(access);
        try {
            return work.apply(pool);
        } finally {
            pool.leave();
        }
    }

    /** Whether the target remembers writes, as far as it is known already. */
    @Nullable
    TargetMemory known(ConnectorAccess access) {
        Connector connector = access.connector();
        Pool pool = pools.get(new Key(connector.tenantId(), connector.connectorId()));
        return pool == null || pool.revision() != connector.revision() ? null : pool.memory();
    }

    private Pool enter(ConnectorAccess access) {
        Connector connector = access.connector();
        Key key = new Key(connector.tenantId(), connector.connectorId());
        return pools.compute(key, (same, pool) -> {
            if (pool != null && pool.revision() == connector.revision() && pool.enter()) {
                return pool;
            }
            if (pool != null) {
                pool.close();
            }
            Pool made = new Pool(access, timer);
            made.enter();
            return made;
        });
    }

    void forget(String tenantId, String connectorId) {
        Pool pool = pools.remove(new Key(tenantId, connectorId));
        if (pool != null) {
            pool.close();
        }
    }

    void closeIdle(Duration longerThan) {
        pools.values().removeIf(pool -> pool.closeIfIdle(longerThan));
    }

    /** Pools, not connections. */
    int open() {
        return pools.size();
    }

    /** Connections of all pools. */
    int connections() {
        return pools.values().stream().mapToInt(Pool::size).sum();
    }

    @Override
    public void close() {
        timer.shutdownNow();
        pools.values().forEach(Pool::close);
        pools.clear();
    }
}
