package com.tracemem.approval;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.ToIntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Messages whose worker died or stalled past its lease. */
public final class LostDeliveries {
    private static final Logger LOG = LoggerFactory.getLogger(LostDeliveries.class);
    private static final Duration RECOVERY_PAUSE = Duration.ofMinutes(5);

    private final JdbcClient jdbc;
    private final DeliveryQueue queue;
    private final InstantSource clock;

    public LostDeliveries(JdbcClient jdbc, DeliveryQueue queue, InstantSource clock) {
        this.jdbc = jdbc;
        this.queue = queue;
        this.clock = clock;
    }

    /**
     * Makes the messages of dead workers due again. The lost attempt is traced as {@code unknown}. One that cannot be
     * recovered is left alone for a while, so that it does not stand in the way of the others.
     *
     * @param maxRetries how many attempts may follow a message's first, before it is given up on
     * @return how many were recovered
     */
    public int recover(int limit, ToIntFunction<DeliveryClaim> maxRetries) {
        List<DeliveryClaim> lost = jdbc.sql("""
                        select * from delivery where status = 'sending' and lease_until < :now
                        order by lease_until limit :limit
                        """)
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .param("limit", limit)
                .query(DeliveryQueue.CLAIM)
                .list();
        int recovered = 0;
        for (DeliveryClaim claim : lost) {
            try {
                queue.report(
                        claim,
                        "unknown",
                        new AttemptResult.Unknown(claim.attemptInRound() > maxRetries.applyAsInt(claim)));
                recovered++;
            } catch (RuntimeException failed) {
                LOG.warn(
                        "Delivery {} could not be recovered from a lost worker; it is tried again in {}",
                        claim.deliveryId(),
                        RECOVERY_PAUSE,
                        failed);
                leaveAlone(claim);
            }
        }
        return recovered;
    }

    /**
     * After the clock was put back: what waits for a time that it showed before waits by so much less, and no lease is
     * longer than a new one. Trying a little earlier than planned does no harm.
     */
    public void bringForward(Duration by, Duration lease) {
        Instant now = clock.instant();
        jdbc.sql("""
                        with held as (
                            select tenant_id, delivery_id from delivery
                            where status = 'pending' and next_attempt_at > :now
                            order by tenant_id, delivery_id for update
                        )
                        update delivery d
                        set next_attempt_at = greatest(d.next_attempt_at - make_interval(secs => :seconds), :now)
                        from held where d.tenant_id = held.tenant_id and d.delivery_id = held.delivery_id
                        """)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .param("seconds", by.toMillis() / 1000.0)
                .update();
        jdbc.sql("update delivery set lease_until = :until where status = 'sending' and lease_until > :until")
                .param("until", now.plus(lease).atOffset(ZoneOffset.UTC))
                .update();
    }

    private void leaveAlone(DeliveryClaim claim) {
        jdbc.sql("""
                        update delivery set lease_until = :until
                        where tenant_id = :tenant and delivery_id = :delivery and lease_token = :token
                        """)
                .param("until", clock.instant().plus(RECOVERY_PAUSE).atOffset(ZoneOffset.UTC))
                .param("tenant", claim.tenantId())
                .param("delivery", claim.deliveryId())
                .param("token", claim.leaseToken())
                .update();
    }
}
