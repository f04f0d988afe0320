package com.tracemem.delivery;

import com.tracemem.secret.Secrets;
import com.tracemem.trace.Actor;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The table of integrations: read, locked, changed with the other nodes being told, and each change of status kept. */
final class IntegrationRows {
    final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Secrets secrets;
    private final IntegrationDirectory directory;
    private final DeliveryStatistics statistics;
    private final Clock clock;

    IntegrationRows(
            DataSource dataSource,
            Secrets secrets,
            IntegrationDirectory directory,
            DeliveryStatistics statistics,
            Clock clock) {
        this.jdbc = JdbcClient.create(dataSource);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        this.secrets = secrets;
        this.directory = directory;
        this.statistics = statistics;
        this.clock = clock;
    }

    Optional<Integration> find(String tenantId, String integrationId) {
        return row(tenantId, integrationId, "");
    }

    /** Locks the row until the transaction ends. */
    Optional<Integration> lock(String tenantId, String integrationId) {
        return row(tenantId, integrationId, " for update");
    }

    private Optional<Integration> row(String tenantId, String integrationId, String lock) {
        return jdbc.sql("select * from integration where tenant_id = ? and integration_id = ? and deleted_at is null"
                        + lock)
                .params(tenantId, integrationId)
                .query(IntegrationTable::read)
                .optional();
    }

    /** Changes something in one transaction; when it ends, every node forgets what it believed. */
    <T> T changing(Supplier<T> work) {
        return Objects.requireNonNull(transaction.execute(status -> {
            directory.announce();
            return work.get();
        }));
    }

    /**
     * Gives a locked integration another status; keeps the change, unless it is none.
     *
     * @param reason a sentence; null when there is nothing to say
     */
    Integration move(Integration locked, IntegrationStatus status, @Nullable String reason, Actor by) {
        Integration moved = jdbc.sql("""
                        update integration set status = :status, status_reason = :reason,
                            status_since = case when status = :status then status_since else :now end,
                            consecutive_failures = 0, updated_at = :now
                        where tenant_id = :tenant and integration_id = :id returning *""")
                .param("status", status.wireName())
                .param("reason", reason)
                .param("now", now())
                .param("tenant", locked.tenantId())
                .param("id", locked.integrationId())
                .query(IntegrationTable::read)
                .single();
        keep(locked, moved, by);
        return moved;
    }

    /** Keeps that the status changed, if it did. */
    void keep(Integration before, Integration after, Actor by) {
        if (before.status() == after.status()) {
            return;
        }
        IntegrationTransition.By who = IntegrationTransition.By.of(by);
        jdbc.sql("""
                        insert into integration_transition (tenant_id, integration_id, from_status, to_status, reason,
                            actor_kind, actor_id, actor_name, happened_at)
                        values (:tenant, :id, :from, :to, :reason, :kind, :actor, :name, :now)""")
                .param("tenant", after.tenantId())
                .param("id", after.integrationId())
                .param("from", before.status().wireName())
                .param("to", after.status().wireName())
                .param("reason", after.statusReason())
                .param("kind", who.kind())
                .param("actor", who.id())
                .param("name", who.name())
                .param("now", now())
                .update();
    }

    IntegrationView view(Integration integration) {
        return views(integration.tenantId(), List.of(integration)).getFirst();
    }

    List<IntegrationView> views(String tenantId, List<Integration> integrations) {
        List<String> ids = integrations.stream().map(Integration::integrationId).toList();
        Map<String, Set<String>> stored = secrets.stored(tenantId, ids);
        Map<String, DeliveryStatistics.Numbers> numbers = statistics.numbers(tenantId, ids);
        return integrations.stream()
                .map(integration -> IntegrationView.of(
                        integration,
                        stored.getOrDefault(integration.integrationId(), Set.of()),
                        numbers.getOrDefault(integration.integrationId(), DeliveryStatistics.Numbers.NONE)))
                .toList();
    }

    OffsetDateTime now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS).atOffset(ZoneOffset.UTC);
    }
}
