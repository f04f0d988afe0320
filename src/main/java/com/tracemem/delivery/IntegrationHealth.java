package com.tracemem.delivery;

import com.tracemem.approval.Destination;
import com.tracemem.approval.ParkedDeliveries;
import com.tracemem.store.SqlArrays;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Keeps the integrations' status: {@code error} after {@value #FAILURES_TO_ERROR} failures in a row, or at once when the
 * settings are wrong; {@code disabled} when the receiver is gone for good; {@code enabled} after a success.
 *
 * <p>What many attempts say of one integration is written together, and not at all while nothing changes: at thousands
 * of deliveries a second its row must not become the bottleneck.
 */
public final class IntegrationHealth implements AutoCloseable {
    static final int FAILURES_TO_ERROR = 5;
    private static final Logger LOG = LoggerFactory.getLogger(IntegrationHealth.class);
    private static final Duration SUCCESS_NOTED_EVERY = Duration.ofMinutes(1);
    private static final Duration REST = Duration.ofMillis(100);
    private static final int LONGEST_ERROR = 1000;

    private static final String WRITE = """
            with n as (
                select * from unnest(?::text[], ?::text[], ?::bool[], ?::int[], ?::text[], ?::bool[], ?::bool[],
                    ?::timestamptz[])
                    as n (tenant_id, integration_id, success, failures, error, misconfigured, gone, at)
            ), b as (
                select i.tenant_id, i.integration_id, i.status as was,
                    n.success, n.error, n.misconfigured, n.gone, n.at,
                    case when n.success then n.failures else i.consecutive_failures + n.failures end as in_row
                from n join integration i using (tenant_id, integration_id)
                where i.deleted_at is null
                order by i.tenant_id, i.integration_id for no key update of i
            ), w as (
                select b.*, case
                    when was = 'disabled' then was
                    when gone then 'disabled'
                    when misconfigured or in_row >= ? then 'error'
                    when success and in_row = 0 then 'enabled'
                    when success and was = 'error' then 'enabled'
                    else was end as becomes
                from b
            ), u as (
                update integration i set
                    consecutive_failures = w.in_row,
                    last_error = coalesce(w.error, i.last_error),
                    last_success_at = case when w.success then w.at else i.last_success_at end,
                    status = w.becomes,
                    status_reason = case when w.becomes = 'enabled' then null
                        when w.becomes <> w.was then w.error else i.status_reason end,
                    status_since = case when w.becomes <> w.was then w.at else i.status_since end
                from w where i.tenant_id = w.tenant_id and i.integration_id = w.integration_id
                returning i.tenant_id, i.integration_id, w.was, w.becomes, w.error, i.status_reason, w.at
            ), t as (
                insert into integration_transition (tenant_id, integration_id, from_status, to_status, reason,
                    actor_kind, actor_id, happened_at)
                select tenant_id, integration_id, was, becomes, status_reason, 'worker', 'delivery', at
                from u where was <> becomes
            )
            select tenant_id, integration_id, was, becomes, error from u
            """;

    /** What was seen since the last write. */
    private record Seen(
            boolean success,
            int failuresSince,
            @Nullable String error,
            boolean misconfigured,
            boolean gone,
            Instant at) {

        static Seen success(Instant at) {
            return new Seen(true, 0, null, false, false, at);
        }

        static Seen failure(SendResult.NotSent result, Instant at) {
            boolean misconfigured = result instanceof SendResult.Misconfigured;
            boolean gone = result instanceof SendResult.Gone;
            String error = ShownText.cut(result.error(), LONGEST_ERROR);
            return new Seen(false, 1, error, misconfigured, gone, at);
        }

        Seen then(Seen next) {
            return next.success
                    ? next
                    : new Seen(
                            success,
                            failuresSince + next.failuresSince,
                            next.error,
                            misconfigured || next.misconfigured,
                            gone || next.gone,
                            next.at);
        }
    }

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final ParkedDeliveries parked;
    private final DeliveryStatistics statistics;
    private final IntegrationDirectory directory;
    private final Clock clock;
    private final Map<Destination, Seen> seen = new HashMap<>();
    private final Thread writer;
    private boolean closed;

    public IntegrationHealth(
            DataSource dataSource,
            ParkedDeliveries parked,
            DeliveryStatistics statistics,
            IntegrationDirectory directory,
            Clock clock) {
        this.jdbc = new JdbcTemplate(dataSource);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        this.parked = parked;
        this.statistics = statistics;
        this.directory = directory;
        this.clock = clock;
        this.writer = Thread.ofVirtual().name("integration-health").start(this::run);
    }

    /** Notes how an attempt went; never waits. */
    void note(Integration integration, SendResult result, Duration latency) {
        statistics.note(integration, result instanceof SendResult.Sent, latency);
        Instant now = clock.instant();
        Destination destination = new Destination(integration.tenantId(), integration.integrationId());
        synchronized (seen) {
            switch (result) {
                case SendResult.Sent sent -> {
                    if (seen.containsKey(destination) || isNews(integration, now)) {
                        seen.put(destination, Seen.success(now));
                        seen.notifyAll();
                    }
                }
                // one message that is refused says nothing about the next
                case SendResult.Refused refused -> {}
                case SendResult.NotSent failure -> {
                    seen.merge(destination, Seen.failure(failure, now), Seen::then);
                    seen.notifyAll();
                }
            }
        }
    }

    private static boolean isNews(Integration integration, Instant now) {
        Instant last = integration.lastSuccessAt();
        return integration.consecutiveFailures() > 0
                || integration.status() == IntegrationStatus.CONFIGURED
                || integration.status() == IntegrationStatus.ERROR
                || last == null
                || Duration.between(last, now).compareTo(SUCCESS_NOTED_EVERY) > 0;
    }

    private void run() {
        try {
            while (true) {
                Map<Destination, Seen> taken;
                synchronized (seen) {
                    while (seen.isEmpty()) {
                        if (closed) {
                            return;
                        }
                        seen.wait();
                    }
                    taken = Map.copyOf(seen);
                    seen.clear();
                }
                writeSafely(taken);
                rest();
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private void rest() throws InterruptedException {
        long until = System.nanoTime() + REST.toNanos();
        synchronized (seen) {
            for (long left = REST.toMillis(); left > 0 && !closed; left = (until - System.nanoTime()) / 1_000_000) {
                seen.wait(left);
            }
        }
    }

    private void writeSafely(Map<Destination, Seen> taken) {
        try {
            transaction.executeWithoutResult(status -> write(taken));
        } catch (RuntimeException failed) {
            LOG.warn(
                    "The health of {} integrations could not be written; the next attempts tell again",
                    taken.size(),
                    failed);
        }
    }

    private record Row(Destination destination, Seen seen) {}

    private void write(Map<Destination, Seen> taken) {
        directory.announce();
        List<Row> rows = new ArrayList<>();
        taken.forEach((destination, news) -> rows.add(new Row(destination, news)));
        List<Changed> changed = jdbc.query(
                connection -> {
                    PreparedStatement update = connection.prepareStatement(WRITE);
                    bind(connection, update, rows);
                    return update;
                },
                (row, number) -> new Changed(
                        new Destination(row.getString("tenant_id"), row.getString("integration_id")),
                        row.getString("was"),
                        row.getString("becomes"),
                        row.getString("error")));
        changed.stream()
                .filter(change -> !change.was().equals(change.becomes()))
                .forEach(this::changed);
    }

    private record Changed(
            Destination destination,
            String was,
            String becomes,
            @Nullable String error) {}

    private void changed(Changed change) {
        if (change.becomes().equals(IntegrationStatus.DISABLED.wireName())) {
            parked.park(change.destination());
        }
        LOG.info(
                "Integration {} was {} and is {} now{}",
                change.destination().integrationId(),
                change.was(),
                change.becomes(),
                change.error() == null ? "" : ": " + change.error());
    }

    private static void bind(Connection connection, PreparedStatement update, List<Row> rows) throws SQLException {
        update.setArray(
                1, SqlArrays.texts(connection, rows, row -> row.destination().tenantId()));
        update.setArray(
                2, SqlArrays.texts(connection, rows, row -> row.destination().integrationId()));
        update.setArray(
                3, SqlArrays.booleans(connection, rows, row -> row.seen().success()));
        update.setArray(
                4, SqlArrays.integers(connection, rows, row -> row.seen().failuresSince()));
        update.setArray(5, SqlArrays.texts(connection, rows, row -> row.seen().error()));
        update.setArray(
                6, SqlArrays.booleans(connection, rows, row -> row.seen().misconfigured()));
        update.setArray(
                7, SqlArrays.booleans(connection, rows, row -> row.seen().gone()));
        update.setArray(8, SqlArrays.times(connection, rows, row -> row.seen().at()));
        update.setInt(9, FAILURES_TO_ERROR);
    }

    /** Writes what is left and stops. */
    @Override
    public void close() {
        synchronized (seen) {
            closed = true;
            seen.notifyAll();
        }
        try {
            if (!writer.join(Duration.ofSeconds(5))) {
                LOG.warn("The health of some integrations was not written before the end");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
