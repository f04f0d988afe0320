package com.tracemem.approval;

import com.tracemem.identity.AgentPrincipal;
import com.tracemem.store.RoundTrip;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The routes that the requests of one batch may go over, as they are now. */
final class RouteRows {

    /**
     * What a request names.
     *
     * @param approvalRouteId null for the tenant's default
     */
    record Wanted(String tenantId, @Nullable String approvalRouteId) {}

    /** What an agent's request meets: the route it named, else the tenant's default. */
    sealed interface Choice {
        record Chosen(Route route) implements Choice {}

        record NotAccessible(String approvalRouteId) implements Choice {}

        record NoDefault() implements Choice {}
    }

    private final Map<Wanted, Choice> choices = new HashMap<>();

    void load(RoundTrip trip, Collection<Wanted> wanted) throws SQLException {
        trip.read("""
                        select t.tenant_id, k.approval_route_id as wanted,
                            coalesce(k.approval_route_id, t.default_approval_route_id) as approval_route_id,
                            r.version, r.created_at, r.updated_at, v.document
                        from unnest(?::text[], ?::text[]) as k (tenant_id, approval_route_id)
                        join tenant t on t.tenant_id = k.tenant_id
                        left join approval_route r on r.tenant_id = t.tenant_id and r.deleted_at is null
                            and r.approval_route_id = coalesce(k.approval_route_id, t.default_approval_route_id)
                        left join approval_route_version v on v.tenant_id = r.tenant_id
                            and v.approval_route_id = r.approval_route_id and v.version = r.version
                        """, row -> {
                    Wanted key = new Wanted(row.getString("tenant_id"), row.getString("wanted"));
                    String id = row.getString("approval_route_id");
                    if (id != null) {
                        choices.put(
                                key,
                                row.getString("document") == null
                                        ? new Choice.NotAccessible(id)
                                        : new Choice.Chosen(Routes.ROUTE.mapRow(row, 0)));
                    }
                })
                .texts(wanted, Wanted::tenantId)
                .texts(wanted, Wanted::approvalRouteId);
    }

    Choice choose(AgentPrincipal agent, @Nullable String approvalRouteId) {
        Choice choice = choices.getOrDefault(new Wanted(agent.tenantId(), approvalRouteId), new Choice.NoDefault());
        return choice instanceof Choice.Chosen chosen && !Routes.isUsable(chosen.route(), agent)
                ? new Choice.NotAccessible(chosen.route().approvalRouteId())
                : choice;
    }
}
