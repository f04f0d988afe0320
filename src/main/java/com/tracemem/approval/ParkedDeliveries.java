package com.tracemem.approval;

import java.time.InstantSource;
import java.time.ZoneOffset;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Messages that are kept back while their integration is disabled. */
public final class ParkedDeliveries {
    private final JdbcClient jdbc;
    private final InstantSource clock;

    public ParkedDeliveries(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Keeps the destination's messages until {@link #resume}; takes part in the caller's transaction. */
    public void park(Destination destination) {
        move(destination, DeliveryState.PENDING, DeliveryState.PARKED);
    }

    /** Lets the destination's kept messages go out now; takes part in the caller's transaction. */
    public void resume(Destination destination) {
        move(destination, DeliveryState.PARKED, DeliveryState.PENDING);
    }

    private void move(Destination destination, DeliveryState from, DeliveryState to) {
        // the status in words, so that its own index is found
        jdbc.sql("""
                        with held as (
                            select tenant_id, delivery_id from delivery
                            where tenant_id = :tenant and integration_id = :integration and status = '%s'
                            order by tenant_id, delivery_id for update
                        )
                        update delivery d set status = :to, next_attempt_at = :now
                        from held
                        where d.tenant_id = held.tenant_id and d.delivery_id = held.delivery_id
                        """.formatted(from.wireName()))
                .param("to", to.wireName())
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .param("tenant", destination.tenantId())
                .param("integration", destination.integrationId())
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
                            order by d.tenant_id, d.delivery_id limit :limit for update of d skip locked
                        )
                        update delivery d set status = 'pending', next_attempt_at = :now
                        from forgotten f
                        where d.tenant_id = f.tenant_id and d.delivery_id = f.delivery_id
                        """)
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .param("limit", limit)
                .update();
    }
}
