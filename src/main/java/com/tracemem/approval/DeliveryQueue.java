package com.tracemem.approval;

import com.tracemem.trace.Ledger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The durable queue of messages to approvers. Workers claim rows, send outside any transaction, and report.
 */
public final class DeliveryQueue {
    private static final RowMapper<DeliveryClaim> CLAIM = (row, n) -> new DeliveryClaim(
            row.getString("tenant_id"),
            row.getString("delivery_id"),
            row.getString("approval_id"),
            row.getString("decision_id"),
            row.getString("integration_id"),
            DeliveryKind.ofWireName(row.getString("kind")),
            row.getInt("sequence"),
            row.getInt("attempts"),
            row.getString("lease_token"),
            row.getTimestamp("created_at").toInstant());

    private final JdbcClient jdbc;
    private final Ledger ledger;
    private final InstantSource clock;

    public DeliveryQueue(JdbcClient jdbc, Ledger ledger, InstantSource clock) {
        this.jdbc = jdbc;
        this.ledger = ledger;
        this.clock = clock;
    }

    /**
     * Takes due messages, oldest first, and counts the attempt. A message about how an approval ended waits until the
     * question itself has been sent or given up on.
     *
     * @param lease longer than the longest send: when it is over, another worker sends the message again
     */
    public List<DeliveryClaim> claim(int limit, Duration lease) {
        Instant now = clock.instant();
        return jdbc.sql("""
                        with due as (
                            select d.tenant_id, d.delivery_id from delivery d
                            where d.status = 'pending' and d.next_attempt_at <= :now
                                and (d.kind = 'requested' or not exists (
                                    select 1 from delivery asked
                                    where asked.tenant_id = d.tenant_id and asked.approval_id = d.approval_id
                                        and asked.integration_id = d.integration_id and asked.kind = 'requested'
                                        and asked.status in ('pending', 'sending')))
                            order by d.next_attempt_at limit :limit
                            for update of d skip locked
                        )
                        update delivery d
                        set status = 'sending', attempts = d.attempts + 1, lease_until = :until, lease_token = :token
                        from due
                        where d.tenant_id = due.tenant_id and d.delivery_id = due.delivery_id
                        returning d.*
                        """)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .param("until", now.plus(lease).atOffset(ZoneOffset.UTC))
                .param("token", UUID.randomUUID().toString())
                .param("limit", limit)
                .query(CLAIM)
                .list();
    }

    /**
     * Records how an attempt ended, durably.
     *
     * @param channel what carried it, for the trace
     * @return false when the lease had passed to another worker, whose report counts instead
     */
    public boolean report(DeliveryClaim claim, String channel, AttemptResult result) {
        return Approvals.done(ledger.execute(new ReportDelivery(claim, channel, result)));
    }

    /**
     * Makes the messages of dead workers due again. The lost attempt is traced as {@code unknown}.
     *
     * @return how many
     */
    public int recoverExpiredLeases(int limit) {
        List<DeliveryClaim> lost = jdbc.sql("""
                        select * from delivery where status = 'sending' and lease_until < :now
                        order by lease_until limit :limit
                        """)
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .param("limit", limit)
                .query(CLAIM)
                .list();
        for (DeliveryClaim claim : lost) {
            report(claim, "unknown", new AttemptResult.Unknown());
        }
        return lost.size();
    }
}
