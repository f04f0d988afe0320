package com.tracemem.approval;

import com.tracemem.trace.Ledger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The durable queue of messages to approvers. Workers claim rows, send outside any transaction, and report.
 */
public final class DeliveryQueue {
    static final RowMapper<DeliveryClaim> CLAIM = (row, n) -> new DeliveryClaim(
            row.getString("tenant_id"),
            row.getString("delivery_id"),
            row.getString("approval_id"),
            row.getString("decision_id"),
            row.getString("integration_id"),
            DeliveryKind.ofWireName(row.getString("kind")),
            row.getInt("sequence"),
            row.getInt("attempts"),
            row.getInt("attempts_before"),
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

    /** How an approval ended is told after the question has been sent or given up on. */
    private static final String IS_ITS_TURN = """
            (d.kind = 'requested' or not exists (
                select 1 from delivery asked
                where asked.tenant_id = d.tenant_id and asked.approval_id = d.approval_id
                    and asked.integration_id = d.integration_id and asked.kind = 'requested'
                    and asked.status in ('pending', 'sending')))
            """;

    private static final String TAKE_DUE = """
            update delivery d
            set status = 'sending', attempts = d.attempts + 1, lease_until = :until, lease_token = :token
            from due
            where d.tenant_id = due.tenant_id and d.delivery_id = due.delivery_id
            returning d.*
            """;

    private static final String CLAIM_ANY = """
            with due as (
                select d.tenant_id, d.delivery_id from delivery d
                where d.status = 'pending' and d.next_attempt_at <= :now and
            """ + IS_ITS_TURN + """
                order by d.next_attempt_at limit :limit for update of d skip locked
            )
            """ + TAKE_DUE;

    /**
     * The same, destination by destination: tens of thousands of messages that wait for one that hangs are stepped over
     * and not read. By place, since by key the planner may read all that waits of the tenant. Of the others those whose oldest message waits longest come first, each with a share.
     */
    private static final String CLAIM_BESIDE_BUSY = """
            with recursive waiting as (
                (select tenant_id, integration_id from delivery where status = 'pending'
                order by tenant_id, integration_id limit 1)
                union all
                select next.tenant_id, next.integration_id from waiting cross join lateral (
                    select d.tenant_id, d.integration_id from delivery d
                    where d.status = 'pending'
                        and (d.tenant_id, d.integration_id) > (waiting.tenant_id, waiting.integration_id)
                    order by d.tenant_id, d.integration_id limit 1) next
            ), idle as (
                select w.tenant_id, w.integration_id from waiting w cross join lateral (
                    select d.next_attempt_at from delivery d
                    where d.tenant_id = w.tenant_id and d.integration_id = w.integration_id
                        and d.status = 'pending' and d.next_attempt_at <= :now
                    order by d.next_attempt_at limit 1) oldest
                where not exists (
                    select 1 from unnest(:tenants::text[], :integrations::text[]) as busy (tenant_id, integration_id)
                    where busy.tenant_id = w.tenant_id and busy.integration_id = w.integration_id)
                order by oldest.next_attempt_at limit :limit
            ), candidate as (
                select mine.ctid as place from idle cross join lateral (
                    select d.ctid, d.next_attempt_at from delivery d
                    where d.tenant_id = idle.tenant_id and d.integration_id = idle.integration_id
                        and d.status = 'pending' and d.next_attempt_at <= :now and
            """ + IS_ITS_TURN + """
                    order by d.next_attempt_at limit greatest(:limit / 4, 1)) mine
                order by mine.next_attempt_at limit :limit
            ), due as (
                select d.tenant_id, d.delivery_id
                from candidate c join delivery d on d.ctid = c.place and d.status = 'pending'
                for update of d skip locked
            )
            """ + TAKE_DUE;

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
        return jdbc.sql(busy.isEmpty() ? CLAIM_ANY : CLAIM_BESIDE_BUSY)
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
        untried(claims, DeliveryState.PENDING);
    }

    /** Keeps back what was claimed and not tried, until the integration is enabled again; the attempt does not count. */
    public void park(Collection<DeliveryClaim> claims) {
        untried(claims, DeliveryState.PARKED);
    }

    /** Withdraws what was claimed, not tried, and is not to be sent any more; the attempt does not count. */
    public void withdraw(Collection<DeliveryClaim> claims) {
        untried(claims, DeliveryState.CANCELLED);
    }

    /** Rows are locked in the order of their keys, as everybody does, so that nobody waits in a circle. */
    private void untried(Collection<DeliveryClaim> claims, DeliveryState state) {
        if (claims.isEmpty()) {
            return;
        }
        jdbc.sql("""
                        with held as (
                            select d.tenant_id, d.delivery_id
                            from unnest(:tenants::text[], :deliveries::text[], :tokens::text[])
                                as n (tenant_id, delivery_id, lease_token)
                            join delivery d on d.tenant_id = n.tenant_id and d.delivery_id = n.delivery_id
                                and d.status = 'sending' and d.lease_token = n.lease_token
                            order by d.tenant_id, d.delivery_id for update of d
                        ), moved as (
                        update delivery d
                        set status = :status, attempts = d.attempts - 1, lease_until = null, lease_token = null,
                            finished_at = case when :status = 'cancelled' then :now::timestamptz end
                        from held
                        where d.tenant_id = held.tenant_id and d.delivery_id = held.delivery_id
                        returning d.tenant_id, d.approval_id, d.kind, d.status
                        )
                        update approval a set delivery_status = 'not_sent'
                        from moved m
                        where a.tenant_id = m.tenant_id and a.approval_id = m.approval_id
                            and m.status = 'cancelled' and m.kind = 'requested' and a.delivery_status = 'pending'
                        """)
                .param("status", state.wireName())
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .param("tenants", claims.stream().map(DeliveryClaim::tenantId).toArray(String[]::new))
                .param(
                        "deliveries",
                        claims.stream().map(DeliveryClaim::deliveryId).toArray(String[]::new))
                .param("tokens", claims.stream().map(DeliveryClaim::leaseToken).toArray(String[]::new))
                .update();
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
}
