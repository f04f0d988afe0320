package com.tracemem.approval;

import com.tracemem.trace.Ledger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
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
        return claim(limit, lease, List.of());
    }

    /**
     * As {@link #claim(int, Duration)}, but nothing for destinations that have enough on their way.
     *
     * @param busy the destinations that are left out
     */
    public List<DeliveryClaim> claim(int limit, Duration lease, Collection<Destination> busy) {
        Instant now = clock.instant();
        return jdbc.sql("""
                        with due as (
                            select d.tenant_id, d.delivery_id from delivery d
                            where d.status = 'pending' and d.next_attempt_at <= :now
                                and not exists (
                                    select 1 from unnest(:tenants::text[], :integrations::text[])
                                        as busy (tenant_id, integration_id)
                                    where busy.tenant_id = d.tenant_id and busy.integration_id = d.integration_id)
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
                .param("tenants", busy.stream().map(Destination::tenantId).toArray(String[]::new))
                .param(
                        "integrations",
                        busy.stream().map(Destination::integrationId).toArray(String[]::new))
                .query(CLAIM)
                .list();
    }

    /** Gives back what was claimed and not tried: it is due again, and the attempt does not count. */
    public void handBack(Collection<DeliveryClaim> claims) {
        jdbc.sql("""
                        update delivery d
                        set status = 'pending', attempts = d.attempts - 1, lease_until = null, lease_token = null
                        from unnest(:tenants::text[], :deliveries::text[], :tokens::text[])
                            as n (tenant_id, delivery_id, lease_token)
                        where d.tenant_id = n.tenant_id and d.delivery_id = n.delivery_id and d.status = 'sending'
                            and d.lease_token = n.lease_token
                        """)
                .param("tenants", claims.stream().map(DeliveryClaim::tenantId).toArray(String[]::new))
                .param(
                        "deliveries",
                        claims.stream().map(DeliveryClaim::deliveryId).toArray(String[]::new))
                .param("tokens", claims.stream().map(DeliveryClaim::leaseToken).toArray(String[]::new))
                .update();
    }

    /** Keeps the destination's messages until {@link #resume}; takes part in the caller's transaction. */
    public void park(Destination destination) {
        move(destination, "pending", "parked");
    }

    /** Lets the destination's kept messages go out now; takes part in the caller's transaction. */
    public void resume(Destination destination) {
        move(destination, "parked", "pending");
    }

    private void move(Destination destination, String from, String to) {
        jdbc.sql("""
                        update delivery set status = :to, next_attempt_at = :now
                        where tenant_id = :tenant and integration_id = :integration and status = :from
                        """)
                .param("to", to)
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .param("tenant", destination.tenantId())
                .param("integration", destination.integrationId())
                .param("from", from)
                .update();
    }

    /**
     * Lets parked messages go out whose integration is not disabled any more: they were parked by somebody who did not
     * know yet that it had been enabled. Those of deleted integrations go too, to be given up on.
     *
     * @return how many; call again at once when it was the limit
     */
    public int resumeForgotten(int limit) {
        return jdbc.sql("""
                        with recursive parked as (
                            (select tenant_id, integration_id from delivery where status = 'parked'
                            order by tenant_id, integration_id limit 1)
                            union all
                            select next.tenant_id, next.integration_id from parked cross join lateral (
                                select d.tenant_id, d.integration_id from delivery d
                                where d.status = 'parked'
                                    and (d.tenant_id, d.integration_id) > (parked.tenant_id, parked.integration_id)
                                order by d.tenant_id, d.integration_id limit 1) next
                        ), forgotten as (
                            select d.tenant_id, d.delivery_id
                            from parked p
                            join integration i on i.tenant_id = p.tenant_id and i.integration_id = p.integration_id
                                and (i.status <> 'disabled' or i.deleted_at is not null)
                            join delivery d on d.tenant_id = p.tenant_id and d.integration_id = p.integration_id
                                and d.status = 'parked'
                            limit :limit for update of d skip locked
                        )
                        update delivery d set status = 'pending', next_attempt_at = :now
                        from forgotten f
                        where d.tenant_id = f.tenant_id and d.delivery_id = f.delivery_id
                        """)
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .param("limit", limit)
                .update();
    }

    /** When the message that waits longest was due; empty when none waits. */
    public Optional<Instant> oldestDue() {
        return jdbc.sql(
                        "select next_attempt_at from delivery where status = 'pending' order by next_attempt_at limit 1")
                .query((row, n) -> row.getTimestamp(1).toInstant())
                .optional();
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
