package com.tracemem.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.tracemem.store.Cursor;
import com.tracemem.store.Ids;
import com.tracemem.store.Page;
import com.tracemem.store.PageRequest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The keys of agents, and who is behind one. Only a key's SHA-256 is kept, and looking a hash up tells
 * nobody how much of a guess was right. What was found is kept for two seconds; a change made on this node is
 * in force when the call that made it returns, one made elsewhere when its signal arrives, within two
 * seconds at the latest.
 */
public final class AgentKeys implements AutoCloseable {
    private static final Duration KEPT = Duration.ofSeconds(2);
    private static final Duration REFUSAL_KEPT = Duration.ofMillis(500);
    private static final int MOST_KEPT = 20_000;
    private static final int MOST_REFUSALS_KEPT = 1_000;
    private static final int LONGEST_NAME = 200;

    /** What a hash led to, and the generation of identity it was read in or after. */
    private record Known(AgentPrincipal principal, Optional<Instant> expiresAt, long generation) {}

    private final JdbcClient jdbc;
    private final IdentityChanges changes;
    private final Ids ids;
    private final Clock clock;
    private final KeyUse use;
    private final Cache<KeyText.Hash, Known> known =
            Caffeine.newBuilder().maximumSize(MOST_KEPT).expireAfterWrite(KEPT).build();
    // apart from the known ones, so that a flood of guesses never pushes out an agent at work
    private final Cache<KeyText.Hash, Long> refused = Caffeine.newBuilder()
            .maximumSize(MOST_REFUSALS_KEPT)
            .expireAfterWrite(REFUSAL_KEPT)
            .build();

    public AgentKeys(DataSource dataSource, IdentityChanges changes, Ids ids, Clock clock) {
        this.ids = ids;
        this.jdbc = JdbcClient.create(dataSource);
        this.changes = changes;
        this.clock = clock;
        this.use = new KeyUse(dataSource);
        use.start();
    }

    /**
     * Makes a key for an agent.
     *
     * @param expiresAt when it stops working; null for never
     * @return the key with its text; empty when the tenant has no such agent
     * @throws InvalidInput naming {@code name} or {@code expires_at}
     */
    public Optional<NewAgentKey> create(
            String tenantId, String agentId, @Nullable String name, @Nullable Instant expiresAt) {
        Instant now = Times.now(clock);
        FieldErrors errors = new FieldErrors();
        errors.checkText("name", name, LONGEST_NAME);
        errors.addIf(
                expiresAt != null && !expiresAt.isAfter(now),
                "expires_at",
                "is %s, which is over; give a time after %s, or none".formatted(expiresAt, now));
        errors.throwIfAny();
        String apiKey = KeyText.generate();
        return jdbc.sql("""
                        insert into agent_key (tenant_id, key_id, agent_id, name, prefix, key_hash, created_at, expires_at)
                        select tenant_id, :key, agent_id, :name, :prefix, :hash, :now, :expires
                        from agent where tenant_id = :tenant and agent_id = :agent and deleted_at is null
                        returning *""")
                .param("tenant", tenantId)
                .param("agent", agentId)
                .param("key", ids.next(Ids.Prefix.KEY))
                .param("name", name)
                .param("prefix", KeyText.prefix(apiKey))
                .param("hash", KeyText.Hash.of(apiKey).bytes())
                .param("now", Times.utc(now))
                .param("expires", Times.utcOrNull(expiresAt))
                .query(AgentKeys::key)
                .optional()
                .map(key -> new NewAgentKey(key, apiKey));
    }

    /** One page of an agent's keys, newest first, with those that ended; the sort key is the key's id. */
    public Page<AgentKey> list(String tenantId, String agentId, PageRequest request) {
        List<AgentKey> rows = jdbc.sql("""
                        select * from agent_key
                        where tenant_id = :tenant and agent_id = :agent and (:before::text is null or key_id < :before)
                        order by key_id desc limit :limit""")
                .param("tenant", tenantId)
                .param("agent", agentId)
                .param("before", Pages.after(request))
                .param("limit", request.fetch())
                .query(AgentKeys::key)
                .list();
        return Page.of(rows, request, key -> Cursor.of(key.keyId()));
    }

    /**
     * Ends a key; ending it again changes nothing.
     *
     * @return the key; empty when the agent has no such key
     */
    public Optional<AgentKey> revoke(String tenantId, String agentId, String keyId) {
        return changes.inTransaction(() -> markRevoked(tenantId, agentId, keyId));
    }

    private Optional<AgentKey> markRevoked(String tenantId, String agentId, String keyId) {
        Optional<AgentKey> revoked = jdbc.sql("""
                        update agent_key set revoked_at = coalesce(revoked_at, :now)
                        where tenant_id = :tenant and agent_id = :agent and key_id = :key returning *""")
                .param("now", Times.utc(Times.now(clock)))
                .param("tenant", tenantId)
                .param("agent", agentId)
                .param("key", keyId)
                .query(AgentKeys::key)
                .optional();
        revoked.ifPresent(key -> changes.announce());
        return revoked;
    }

    /**
     * Finds the agent behind a key.
     *
     * @param presented whatever a caller sent as its key
     * @return empty when it is malformed, unknown, expired or revoked, or its agent is disabled or deleted
     */
    public Optional<AgentPrincipal> authenticate(@Nullable String presented) {
        return KeyText.hashIfWellFormed(presented).flatMap(this::find);
    }

    private Optional<AgentPrincipal> find(KeyText.Hash hash) {
        while (true) {
            long generation = changes.generation();
            Long refusedIn = refused.getIfPresent(hash);
            if (refusedIn != null && refusedIn == generation) {
                return Optional.empty();
            }
            Known found = knownOrLoaded(hash);
            if (found == null) {
                refused.put(hash, generation);
                return Optional.empty();
            }
            if (found.generation() >= generation) {
                return isOver(found.expiresAt()) ? Optional.empty() : Optional.of(found.principal());
            }
            // read before the newest change, perhaps by a caller still under way when it came: read again
            known.asMap().remove(hash, found);
        }
    }

    @SuppressWarnings("NullAway") // for a hash that leads nowhere the loader gives null, and the cache keeps nothing
    private @Nullable Known knownOrLoaded(KeyText.Hash hash) {
        return known.get(hash, this::load);
    }

    private @Nullable Known load(KeyText.Hash hash) {
        long generation = changes.generation();
        return jdbc.sql("""
                        select k.*, a.name as agent_name, a.permissions
                        from agent_key k
                        join agent a on a.tenant_id = k.tenant_id and a.agent_id = k.agent_id
                        where k.key_hash = ? and k.revoked_at is null and a.status = 'active' and a.deleted_at is null""")
                .param(hash.bytes())
                .query((row, number) -> {
                    AgentKey key = key(row, number);
                    if (!isOver(key.expiresAt())) {
                        use.note(key, Times.now(clock));
                    }
                    AgentPrincipal principal = new AgentPrincipal(
                            key.tenantId(),
                            key.agentId(),
                            row.getString("agent_name"),
                            key.keyId(),
                            PermissionsJson.read(row.getString("permissions")));
                    return new Known(principal, key.expiresAt(), generation);
                })
                .optional()
                .orElse(null);
    }

    private boolean isOver(Optional<Instant> expiresAt) {
        return expiresAt.isPresent() && !clock.instant().isBefore(expiresAt.get());
    }

    private static AgentKey key(ResultSet row, int number) throws SQLException {
        return new AgentKey(
                row.getString("tenant_id"),
                row.getString("key_id"),
                row.getString("agent_id"),
                Optional.ofNullable(row.getString("name")),
                row.getString("prefix"),
                Times.of(row, "created_at"),
                Times.optional(row, "expires_at"),
                Times.optional(row, "revoked_at"),
                Times.optional(row, "last_used_at"));
    }

    @Override
    public void close() {
        use.close();
    }
}
