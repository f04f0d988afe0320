package com.tracemem.delivery;

import com.tracemem.store.SqlArrays;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * How many attempts succeeded, and how long they took, for each integration and hour. Nodes count in memory and add what
 * they counted to the database every few seconds: a crash loses seconds of statistics and nothing else.
 */
public final class DeliveryStatistics {
    /** Numbers are about so much time. */
    static final Duration SHOWN = Duration.ofDays(1);

    private static final Duration KEPT = Duration.ofDays(2);
    /** Latencies within one step are not told apart. */
    private static final double STEP = 1.2;

    private record Counted(String tenantId, String integrationId, Instant hour, boolean success, int latencyMs) {}

    private static final Comparator<Counted> ORDER = Comparator.comparing(Counted::tenantId)
            .thenComparing(Counted::integrationId)
            .thenComparing(Counted::hour)
            .thenComparing(Counted::success)
            .thenComparingInt(Counted::latencyMs);

    private final JdbcClient jdbc;
    private final JdbcTemplate template;
    private final Clock clock;
    private final Map<Counted, LongAdder> counts = new ConcurrentHashMap<>();

    public DeliveryStatistics(DataSource dataSource, Clock clock) {
        this.jdbc = JdbcClient.create(dataSource);
        this.template = new JdbcTemplate(dataSource);
        this.clock = clock;
    }

    /**
     * How an integration's messages fared in the last 24 hours.
     *
     * @param successRate from 0 to 1; null without attempts
     * @param p50Ms half of the attempts took at most this long, in milliseconds, to within a fifth; null without attempts
     * @param p99Ms the same of ninety-nine in a hundred
     * @param oldestWaitingSince since when a message has waited, looking at the thousand that are due first; null when none
     *     waits
     */
    public record Numbers(
            long attempts,
            @Nullable Double successRate,
            @Nullable Integer p50Ms,
            @Nullable Integer p99Ms,
            @Nullable Instant oldestWaitingSince) {
        static final Numbers NONE = new Numbers(0, null, null, null, null);
    }

    void note(Integration integration, boolean success, Duration latency) {
        Instant hour = clock.instant().truncatedTo(ChronoUnit.HOURS);
        counts.computeIfAbsent(
                        new Counted(
                                integration.tenantId(), integration.integrationId(), hour, success, rounded(latency)),
                        counted -> new LongAdder())
                .increment();
    }

    /** The next of the lengths that are told apart. */
    static int rounded(Duration latency) {
        double millis = Math.max(1, latency.toNanos() / 1e6);
        return (int) Math.ceil(Math.pow(STEP, Math.ceil(Math.log(millis) / Math.log(STEP) - 1e-9)) - 1e-9);
    }

    /** Adds what was counted since the last time to the database; what cannot be added stays for the next time. */
    void flush() {
        Map<Counted, Long> taken = new HashMap<>();
        for (Counted counted : List.copyOf(counts.keySet())) {
            LongAdder adder = counts.remove(counted);
            if (adder != null) {
                taken.put(counted, adder.sum());
            }
        }
        if (taken.isEmpty()) {
            return;
        }
        try {
            add(taken);
        } catch (RuntimeException failed) {
            taken.forEach((counted, attempts) ->
                    counts.computeIfAbsent(counted, again -> new LongAdder()).add(attempts));
            throw failed;
        }
    }

    private void add(Map<Counted, Long> taken) {
        // in one order on all nodes, so that nobody waits in a circle
        List<Counted> keys = taken.keySet().stream().sorted(ORDER).toList();
        template.update(connection -> insert(connection, keys, taken));
    }

    private static PreparedStatement insert(Connection connection, List<Counted> keys, Map<Counted, Long> taken)
            throws SQLException {
        PreparedStatement insert = connection.prepareStatement("""
                insert into delivery_statistic as s (tenant_id, integration_id, hour, success, latency_ms, attempts)
                select * from unnest(?::text[], ?::text[], ?::timestamptz[], ?::bool[], ?::int[], ?::bigint[])
                on conflict (tenant_id, integration_id, hour, success, latency_ms)
                do update set attempts = s.attempts + excluded.attempts
                """);
        insert.setArray(1, SqlArrays.texts(connection, keys, Counted::tenantId));
        insert.setArray(2, SqlArrays.texts(connection, keys, Counted::integrationId));
        insert.setArray(3, SqlArrays.times(connection, keys, Counted::hour));
        insert.setArray(4, SqlArrays.booleans(connection, keys, Counted::success));
        insert.setArray(5, SqlArrays.integers(connection, keys, Counted::latencyMs));
        insert.setArray(6, SqlArrays.longs(connection, keys, key -> taken.getOrDefault(key, 0L)));
        return insert;
    }

    /** Drops what is not shown any more. */
    void forget() {
        jdbc.sql("delete from delivery_statistic where hour < ?")
                .param(clock.instant().minus(KEPT).atOffset(ZoneOffset.UTC))
                .update();
    }

    private record Bucket(String integrationId, boolean success, int latencyMs, long attempts) {}

    /** Of many integrations at once; without an entry where nothing was sent and nothing waits. */
    public Map<String, Numbers> numbers(String tenantId, Collection<String> integrationIds) {
        String[] ids = integrationIds.toArray(String[]::new);
        Map<String, List<Bucket>> buckets = new HashMap<>();
        jdbc.sql("""
                        select integration_id, success, latency_ms, sum(attempts) as attempts from delivery_statistic
                        where tenant_id = ? and integration_id = any (?) and hour > ?
                        group by integration_id, success, latency_ms order by latency_ms""")
                .params(tenantId, ids, clock.instant().minus(SHOWN).atOffset(ZoneOffset.UTC))
                .query((row, n) -> new Bucket(
                        row.getString("integration_id"),
                        row.getBoolean("success"),
                        row.getInt("latency_ms"),
                        row.getLong("attempts")))
                .list()
                .forEach(bucket -> buckets.computeIfAbsent(bucket.integrationId(), id -> new ArrayList<>())
                        .add(bucket));
        Map<String, Instant> waiting = waiting(tenantId, ids);
        Map<String, Numbers> numbers = new HashMap<>();
        for (String id : ids) {
            List<Bucket> mine = buckets.getOrDefault(id, List.of());
            if (!mine.isEmpty() || waiting.containsKey(id)) {
                numbers.put(id, numbers(mine, waiting.get(id)));
            }
        }
        return numbers;
    }

    private Map<String, Instant> waiting(String tenantId, String[] ids) {
        Map<String, Instant> waiting = new HashMap<>();
        jdbc.sql("""
                        select k.integration_id, min(w.created_at) as since
                        from unnest(?::text[]) as k (integration_id) cross join lateral (
                            select d.created_at from delivery d
                            where d.tenant_id = ? and d.integration_id = k.integration_id and d.status = 'pending'
                            order by d.next_attempt_at limit 1000) w
                        group by k.integration_id""").params(ids, tenantId).query(row -> {
            waiting.put(
                    row.getString("integration_id"), row.getTimestamp("since").toInstant());
        });
        return waiting;
    }

    private static Numbers numbers(List<Bucket> byLatency, @Nullable Instant waitingSince) {
        long all = byLatency.stream().mapToLong(Bucket::attempts).sum();
        if (all == 0) {
            return new Numbers(0, null, null, null, waitingSince);
        }
        long succeeded = byLatency.stream()
                .filter(Bucket::success)
                .mapToLong(Bucket::attempts)
                .sum();
        return new Numbers(
                all,
                (double) succeeded / all,
                percentile(byLatency, Math.ceilDiv(all, 2)),
                percentile(byLatency, Math.ceilDiv(all * 99, 100)),
                waitingSince);
    }

    private static int percentile(List<Bucket> byLatency, long rank) {
        long seen = 0;
        for (Bucket bucket : byLatency) {
            seen += bucket.attempts();
            if (seen >= rank) {
                return bucket.latencyMs();
            }
        }
        return byLatency.getLast().latencyMs();
    }
}
