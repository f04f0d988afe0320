package com.tracemem.identity;

import com.tracemem.store.Cursor;
import com.tracemem.store.Ids;
import com.tracemem.store.Page;
import com.tracemem.store.PageRequest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A tenant's agents. Every change is in force on this node when the call returns. */
public final class Agents {
    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_DESCRIPTION = 2000;

    private final JdbcClient jdbc;
    private final IdentityChanges changes;
    private final Ids ids;
    private final Clock clock;

    public Agents(DataSource dataSource, IdentityChanges changes, Ids ids, Clock clock) {
        this.ids = ids;
        this.jdbc = JdbcClient.create(dataSource);
        this.changes = changes;
        this.clock = clock;
    }

    /**
     * Makes an active agent without keys.
     *
     * @throws InvalidInput naming {@code name} (also when it is taken) or {@code description}
     */
    public Agent create(String tenantId, String name, @Nullable String description, AgentPermissions permissions) {
        validate(name, description);
        Instant now = Times.now(clock);
        try {
            return jdbc.sql("""
                            insert into agent (tenant_id, agent_id, name, description, permissions, created_at, updated_at)
                            values (?, ?, ?, ?, ?::jsonb, ?, ?) returning *""")
                    .params(tenantId, ids.next(Ids.Prefix.AGENT), name)
                    .param(description == null || description.isEmpty() ? null : description)
                    .params(PermissionsJson.write(permissions), Times.utc(now), Times.utc(now))
                    .query(Agents::agent)
                    .single();
        } catch (DuplicateKeyException taken) {
            throw nameTaken(name);
        }
    }

    public Optional<Agent> find(String tenantId, String agentId) {
        return jdbc.sql("select * from agent where tenant_id = ? and agent_id = ? and deleted_at is null")
                .params(tenantId, agentId)
                .query(Agents::agent)
                .optional();
    }

    /** One page of the agents, newest first; the sort key is the agent's id. */
    public Page<Agent> list(String tenantId, PageRequest request) {
        List<Agent> rows = jdbc.sql("""
                        select * from agent
                        where tenant_id = :tenant and deleted_at is null
                          and (:before::text is null or agent_id < :before)
                        order by agent_id desc limit :limit""")
                .param("tenant", tenantId)
                .param("before", Pages.after(request))
                .param("limit", request.fetch())
                .query(Agents::agent)
                .list();
        return Page.of(rows, request, agent -> Cursor.of(agent.agentId()));
    }

    /**
     * Changes what the update names.
     *
     * @return the agent after the change; empty when the tenant has no such agent
     * @throws InvalidInput naming {@code name} (also when it is taken) or {@code description}
     */
    public Optional<Agent> update(String tenantId, String agentId, AgentUpdate update) {
        validate(update.name().orElse("unchanged"), update.description().orElse(null));
        try {
            return changes.inTransaction(() -> write(tenantId, agentId, update));
        } catch (DuplicateKeyException taken) {
            throw nameTaken(update.name().orElse(""));
        }
    }

    private Optional<Agent> write(String tenantId, String agentId, AgentUpdate update) {
        Optional<Agent> updated = jdbc.sql("""
                            update agent set
                                name = coalesce(:name, name),
                                description = nullif(coalesce(:description, description), ''),
                                status = coalesce(:status, status),
                                permissions = coalesce(:permissions::jsonb, permissions),
                                updated_at = :now
                            where tenant_id = :tenant and agent_id = :agent and deleted_at is null
                            returning *""")
                .param("name", update.name().orElse(null))
                .param("description", update.description().orElse(null))
                .param("status", update.status().map(Agents::stored).orElse(null))
                .param(
                        "permissions",
                        update.permissions().map(PermissionsJson::write).orElse(null))
                .param("now", Times.utc(Times.now(clock)))
                .param("tenant", tenantId)
                .param("agent", agentId)
                .query(Agents::agent)
                .optional();
        updated.ifPresent(agent -> changes.announce());
        return updated;
    }

    /**
     * Deletes an agent: its keys stop working, its decisions stay. Its name is free again.
     *
     * @return whether there was such an agent
     */
    public boolean delete(String tenantId, String agentId) {
        return changes.inTransaction(() -> markDeleted(tenantId, agentId));
    }

    private boolean markDeleted(String tenantId, String agentId) {
        int deleted = jdbc.sql("""
                        update agent set deleted_at = :now, updated_at = :now, status = 'disabled'
                        where tenant_id = :tenant and agent_id = :agent and deleted_at is null""")
                .param("now", Times.utc(Times.now(clock)))
                .param("tenant", tenantId)
                .param("agent", agentId)
                .update();
        if (deleted > 0) {
            changes.announce();
        }
        return deleted > 0;
    }

    private static void validate(@Nullable String name, @Nullable String description) {
        FieldErrors errors = new FieldErrors();
        errors.requireText("name", name, LONGEST_NAME);
        errors.checkText("description", description, LONGEST_DESCRIPTION);
        errors.throwIfAny();
    }

    private static InvalidInput nameTaken(String name) {
        return InvalidInput.of(
                "name", "%s is the name of another agent; choose one of its own".formatted(FieldErrors.quote(name)));
    }

    private static String stored(Agent.Status status) {
        return status.name().toLowerCase(Locale.ROOT);
    }

    private static Agent agent(ResultSet row, int number) throws SQLException {
        return new Agent(
                row.getString("tenant_id"),
                row.getString("agent_id"),
                row.getString("name"),
                Optional.ofNullable(row.getString("description")),
                Agent.Status.valueOf(row.getString("status").toUpperCase(Locale.ROOT)),
                PermissionsJson.read(row.getString("permissions")),
                Times.of(row, "created_at"),
                Times.of(row, "updated_at"));
    }
}
