package com.tracemem.approval;

import com.tracemem.identity.AgentPrincipal;
import com.tracemem.store.Cursor;
import com.tracemem.store.Page;
import com.tracemem.store.PageRequest;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A tenant's approval routes. Every change is a new version; an approval keeps the terms of the version that it was
 * asked under.
 */
public final class Routes {
    private static final String SELECT = """
            select r.tenant_id, r.approval_route_id, r.version, r.created_at, r.updated_at, v.document
            from approval_route r
            join approval_route_version v on v.tenant_id = r.tenant_id
                and v.approval_route_id = r.approval_route_id and v.version = r.version
            """;
    static final RowMapper<Route> ROUTE = (row, n) -> RouteDocument.read(
            row.getString("tenant_id"),
            row.getString("approval_route_id"),
            row.getInt("version"),
            row.getTimestamp("created_at").toInstant(),
            row.getTimestamp("updated_at").toInstant(),
            row.getString("document"));

    private final JdbcClient jdbc;
    private final InstantSource clock;

    public Routes(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * Creates the route or gives it a new version, in one statement. A deleted route's id can be used again; its
     * versions go on counting.
     *
     * @param savedBy the user's id, for the version's record
     */
    public Route save(Route route, String savedBy) {
        return write(route, savedBy, "").orElseThrow();
    }

    /**
     * Creates the route; of several that create one id at the same time, one does.
     *
     * @param savedBy the user's id, for the version's record
     * @return empty when there is such a route already
     */
    public Optional<Route> create(Route route, String savedBy) {
        return write(route, savedBy, "where r.deleted_at is not null");
    }

    private Optional<Route> write(Route route, String savedBy, String onlyOver) {
        Instant now = clock.instant();
        return jdbc.sql("""
                        with saved as (
                            insert into approval_route as r
                                (tenant_id, approval_route_id, version, integration_id, created_at, updated_at)
                            values (:tenant, :id, 1, :integration, :now, :now)
                            on conflict (tenant_id, approval_route_id) do update
                            set version = r.version + 1, integration_id = excluded.integration_id,
                                updated_at = excluded.updated_at, deleted_at = null
                            %s
                            returning *
                        ), kept as (
                            insert into approval_route_version
                                (tenant_id, approval_route_id, version, document, created_at, created_by)
                            select tenant_id, approval_route_id, version, :document::jsonb, :now, :by from saved
                            returning document
                        )
                        select tenant_id, approval_route_id, version, created_at, updated_at, document from saved, kept
                        """.formatted(onlyOver))
                .param("tenant", route.tenantId())
                .param("id", route.approvalRouteId())
                .param("integration", route.integrationId())
                .param("now", now.atOffset(ZoneOffset.UTC))
                .param("document", RouteDocument.write(route))
                .param("by", savedBy)
                .query(ROUTE)
                .optional();
    }

    public Optional<Route> find(String tenantId, String approvalRouteId) {
        return jdbc.sql(SELECT + "where r.tenant_id = :tenant and r.approval_route_id = :id and r.deleted_at is null")
                .param("tenant", tenantId)
                .param("id", approvalRouteId)
                .query(ROUTE)
                .optional();
    }

    /** By id. */
    public Page<Route> list(String tenantId, PageRequest page) {
        List<Route> rows = jdbc.sql(SELECT + """
                        where r.tenant_id = :tenant and r.deleted_at is null
                            and (:after::text is null or r.approval_route_id > :after)
                        order by r.approval_route_id limit :limit
                        """)
                .param("tenant", tenantId)
                .param("after", page.after() == null ? null : page.after().key().getFirst())
                .param("limit", page.fetch())
                .query(ROUTE)
                .list();
        return Page.of(rows, page, route -> Cursor.of(route.approvalRouteId()));
    }

    /** The routes over which an agent may ask, by id, at most 200. */
    public List<Route> usableBy(AgentPrincipal agent) {
        try (Stream<Route> routes = jdbc.sql(SELECT + """
                        where r.tenant_id = :tenant and r.deleted_at is null order by r.approval_route_id
                        """).param("tenant", agent.tenantId()).query(ROUTE).stream()) {
            return routes.filter(route -> isUsable(route, agent))
                    .limit(PageRequest.LARGEST_LIMIT)
                    .toList();
        }
    }

    /** Which routes send over an integration. */
    public List<String> idsOver(String tenantId, String integrationId) {
        return jdbc.sql("""
                        select approval_route_id from approval_route
                        where tenant_id = :tenant and integration_id = :integration and deleted_at is null
                        order by approval_route_id
                        """)
                .param("tenant", tenantId)
                .param("integration", integrationId)
                .query((row, n) -> row.getString("approval_route_id"))
                .list();
    }

    /**
     * Takes the route out of use; approvals that it already asked for go on.
     *
     * @return whether there was such a route
     */
    public boolean delete(String tenantId, String approvalRouteId) {
        return jdbc.sql("""
                        update approval_route set deleted_at = :now
                        where tenant_id = :tenant and approval_route_id = :id and deleted_at is null
                        """)
                        .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                        .param("tenant", tenantId)
                        .param("id", approvalRouteId)
                        .update()
                == 1;
    }

    static boolean isUsable(Route route, AgentPrincipal agent) {
        return agent.permissions().mayUseRoute(route.approvalRouteId()) && route.allows(agent.agentId());
    }
}
