package com.tracemem.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.tracemem.store.Ids;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The tenants of this installation and their settings. */
public final class Tenants {
    private static final int LONGEST_NAME = 200;
    private static final int MOST_KNOWN = 10_000;

    /** How long a node may go on with the settings that another one has changed. */
    private static final Duration LONGEST_BELIEF = Duration.ofSeconds(5);

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Ids ids;
    private final Clock clock;
    private final Cache<String, Optional<TenantSettings>> known = Caffeine.newBuilder()
            .maximumSize(MOST_KNOWN)
            .expireAfterWrite(LONGEST_BELIEF)
            .build();

    public Tenants(DataSource dataSource, Ids ids, Clock clock) {
        this.ids = ids;
        this.jdbc = JdbcClient.create(dataSource);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        this.clock = clock;
    }

    /**
     * Makes a tenant with an empty trace.
     *
     * @throws InvalidInput naming {@code name}
     */
    public Tenant create(String name) {
        FieldErrors errors = new FieldErrors();
        errors.requireText("name", name, LONGEST_NAME);
        errors.throwIfAny();
        Tenant tenant =
                new Tenant(ids.next(Ids.Prefix.TENANT), name, new TenantSettings("aborted", null), Times.now(clock));
        transaction.executeWithoutResult(status -> insert(tenant));
        return tenant;
    }

    private void insert(Tenant tenant) {
        jdbc.sql("insert into tenant (tenant_id, name, rejection_status, created_at) values (?, ?, ?, ?)")
                .params(tenant.tenantId(), tenant.name(), tenant.settings().rejectionStatus())
                .param(Times.utc(tenant.createdAt()))
                .update();
        jdbc.sql("insert into tenant_head (tenant_id) values (?)")
                .param(tenant.tenantId())
                .update();
    }

    public Optional<Tenant> find(String tenantId) {
        return jdbc.sql("""
                        select tenant_id, name, rejection_status, default_approval_route_id, retain_policy_inputs, created_at
                        from tenant where tenant_id = ?""").param(tenantId).query(Tenants::tenant).optional();
    }

    public Optional<TenantSettings> settings(String tenantId) {
        return find(tenantId).map(Tenant::settings);
    }

    /** As {@link #settings}, from memory: what was changed on another node counts after five seconds at the latest. */
    public Optional<TenantSettings> knownSettings(String tenantId) {
        return known.get(tenantId, this::settings);
    }

    /** Replaces a tenant's settings; whether the route exists is for the caller to check. */
    public Optional<Tenant> update(String tenantId, TenantSettings settings) {
        Optional<Tenant> updated = jdbc.sql("""
                        update tenant set rejection_status = ?, default_approval_route_id = ?, retain_policy_inputs = ?
                        where tenant_id = ?
                        returning tenant_id, name, rejection_status, default_approval_route_id, retain_policy_inputs, created_at""")
                .param(settings.rejectionStatus())
                .param(settings.defaultApprovalRouteId())
                .param(settings.retainPolicyInputs())
                .param(tenantId)
                .query(Tenants::tenant)
                .optional();
        known.invalidate(tenantId);
        return updated;
    }

    /** Every tenant's id, oldest first. */
    public List<String> ids() {
        return jdbc.sql("select tenant_id from tenant order by created_at, tenant_id")
                .query((row, number) -> row.getString("tenant_id"))
                .list();
    }

    private static Tenant tenant(ResultSet row, int number) throws SQLException {
        return new Tenant(
                row.getString("tenant_id"),
                row.getString("name"),
                new TenantSettings(
                        row.getString("rejection_status"),
                        row.getString("default_approval_route_id"),
                        row.getBoolean("retain_policy_inputs")),
                Times.of(row, "created_at"));
    }
}
