package com.tracemem.approval;

import com.tracemem.store.Cursor;
import com.tracemem.store.Page;
import com.tracemem.store.PageRequest;
import com.tracemem.trace.Actor;
import com.tracemem.trace.DecisionKey;
import com.tracemem.trace.Ledger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The messages to approvers as administrators look at them: which went out, which did not, and why. */
public final class Deliveries {
    /** How many one call of {@link #retryFailed} sends again at most. */
    public static final int LARGEST_RETRY = 1000;

    private static final int COUNTED_AT_MOST = 100_000;

    private final JdbcClient jdbc;
    private final Ledger ledger;

    public Deliveries(JdbcClient jdbc, Ledger ledger) {
        this.jdbc = jdbc;
        this.ledger = ledger;
    }

    /** A message and how far it got. */
    public record Delivery(
            String deliveryId,
            String approvalId,
            String decisionId,
            String integrationId,
            DeliveryKind kind,
            DeliveryState state,
            int attempts,
            @Nullable String lastError,
            Instant nextAttemptAt,
            Instant createdAt,
            @Nullable Instant finishedAt) {

        static Delivery read(ResultSet row, int number) throws SQLException {
            Timestamp finished = row.getTimestamp("finished_at");
            return new Delivery(
                    row.getString("delivery_id"),
                    row.getString("approval_id"),
                    row.getString("decision_id"),
                    row.getString("integration_id"),
                    DeliveryKind.ofWireName(row.getString("kind")),
                    DeliveryState.ofWireName(row.getString("status")),
                    row.getInt("attempts"),
                    row.getString("last_error"),
                    row.getTimestamp("next_attempt_at").toInstant(),
                    row.getTimestamp("created_at").toInstant(),
                    finished == null ? null : finished.toInstant());
        }
    }

    /** An integration's messages, newest first; the sort key is the delivery's id. */
    public Page<Delivery> list(String tenantId, String integrationId, DeliveryFilter filter, PageRequest page) {
        // in words where it can be, so that the index of the failed, the waiting and the parked ones is found
        String state =
                filter.state() == null ? "" : " and status = '" + filter.state().wireName() + "'";
        String approval = filter.approvalId() == null ? "" : " and approval_id = :approval";
        List<Delivery> rows = jdbc.sql("""
                        select * from delivery
                        where tenant_id = :tenant and integration_id = :integration
                        """ + state + approval + """
                         and (:kind::text is null or kind = :kind)
                            and (:from::timestamptz is null or created_at >= :from)
                            and (:to::timestamptz is null or created_at < :to)
                            and (:before::text is null or delivery_id < :before)
                        order by delivery_id desc limit :limit""")
                .param("tenant", tenantId)
                .param("integration", integrationId)
                .param("approval", filter.approvalId())
                .param("kind", filter.kind() == null ? null : filter.kind().wireName())
                .param("from", utc(filter.from()))
                .param("to", utc(filter.to()))
                .param(
                        "before",
                        page.after() == null ? null : page.after().key().getFirst())
                .param("limit", page.fetch())
                .query(Delivery::read)
                .list();
        return Page.of(rows, page, delivery -> Cursor.of(delivery.deliveryId()));
    }

    public Optional<Delivery> find(String tenantId, String deliveryId) {
        return jdbc.sql("select * from delivery where tenant_id = ? and delivery_id = ?")
                .params(tenantId, deliveryId)
                .query(Delivery::read)
                .optional();
    }

    /**
     * Sends a message again that was given up on: now, and if that fails as often as a new one.
     *
     * @param by for the trace
     */
    public Retried retry(String tenantId, String deliveryId, Actor by) {
        return find(tenantId, deliveryId)
                .map(delivery -> retry(tenantId, delivery, by))
                .orElseGet(Retried.UnknownDelivery::new);
    }

    private Retried retry(String tenantId, Delivery delivery, Actor by) {
        DecisionKey decision = new DecisionKey(tenantId, delivery.decisionId());
        return Approvals.done(ledger.execute(new RetryDelivery(delivery, decision, by)));
    }

    /**
     * Sends again what was given up on over an integration, oldest first, at most {@value #LARGEST_RETRY}; questions whose
     * approval has its outcome are left alone.
     *
     * @return how many; call again when it was the most
     */
    public int retryFailed(String tenantId, String integrationId, Actor by) {
        List<Delivery> givenUp = jdbc.sql("""
                        select d.* from delivery d
                        where d.tenant_id = :tenant and d.integration_id = :integration and d.status = 'failed'
                            and (d.kind not in ('requested', 'reminder', 'escalated') or exists (
                                select 1 from approval a
                                where a.tenant_id = d.tenant_id and a.approval_id = d.approval_id
                                    and a.status = 'pending'))
                        order by d.delivery_id limit :limit""")
                .param("tenant", tenantId)
                .param("integration", integrationId)
                .param("limit", LARGEST_RETRY)
                .query(Delivery::read)
                .list();
        int retried = 0;
        // side by side, so that the ledger commits many together
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Retried>> results = new ArrayList<>();
            givenUp.forEach(delivery -> results.add(threads.submit(() -> retry(tenantId, delivery, by))));
            for (Future<Retried> result : results) {
                retried += result.get() instanceof Retried.Due ? 1 : 0;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(failed);
        }
        return retried;
    }

    /** When the message that waits longest was due, whosever it is; empty when none waits. */
    public Optional<Instant> oldestDue() {
        return jdbc.sql(
                        "select next_attempt_at from delivery where status = 'pending' order by next_attempt_at limit 1")
                .query((row, n) -> row.getTimestamp(1).toInstant())
                .optional();
    }

    /** How many messages were given up on, whosever they are; counts to {@value #COUNTED_AT_MOST}. */
    public int failed() {
        return jdbc.sql("select count(*) from (select 1 from delivery where status = 'failed' limit ?) as failed")
                .param(COUNTED_AT_MOST)
                .query((row, n) -> row.getInt(1))
                .single();
    }

    private static @Nullable OffsetDateTime utc(@Nullable Instant time) {
        return time == null ? null : time.atOffset(ZoneOffset.UTC);
    }
}
