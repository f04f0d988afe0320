package com.tracemem.policy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.store.Cursor;
import com.tracemem.store.Page;
import com.tracemem.store.PageRequest;
import com.tracemem.store.SignalListener;
import com.tracemem.store.Signals;
import com.tracemem.trace.Sha256;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A tenant's policies: drafts, and published versions that never change. What is published counts at once on this node,
 * and as soon as the news arrives on the others.
 */
public final class Policies {
    private static final String CHANNEL = "policy";
    /** Characters of the versions that are kept as they were read. */
    private static final long MOST_READ = 4_000_000;

    /** How long a node that misses the news may go on with the version before. */
    private static final Duration LONGEST_BELIEF = Duration.ofSeconds(5);

    private static final String VERSION = """
            select v.tenant_id, v.policy_id, v.version, v.hash, v.document, v.source, v.rollback_of, v.published_at,
                v.published_by,
                v.version = (select max(n.version) from policy_version n
                    where n.tenant_id = v.tenant_id and n.policy_id = v.policy_id) as newest
            from policy_version v
            """;

    private record Key(String tenantId, String policyId, int version) {}

    private final DataSource dataSource;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Signals signals;
    private final InstantSource clock;
    private final CompiledPolicies compiled = new CompiledPolicies();
    /** Under version 0. */
    private final Cache<Key, PolicyVersion> newest = Caffeine.newBuilder()
            .maximumWeight(MOST_READ)
            .weigher(Policies::characters)
            .expireAfterWrite(LONGEST_BELIEF)
            .build();

    private final AtomicLong changes = new AtomicLong();
    private final Cache<Key, PolicyVersion> versions = Caffeine.newBuilder()
            .maximumWeight(MOST_READ)
            .weigher(Policies::characters)
            .build();

    public Policies(DataSource dataSource, Signals signals, InstantSource clock) {
        this.dataSource = dataSource;
        this.jdbc = JdbcClient.create(dataSource);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        this.signals = signals;
        this.clock = clock;
        signals.subscribe(CHANNEL, new SignalListener() {
            @Override
            public void signalled(String payload) {
                forget();
            }

            @Override
            public void reconnected() {
                forget();
            }
        });
    }

    /**
     * Keeps a document as its policy's draft, in place of the one before.
     *
     * @throws InvalidPolicyException when its shape is wrong; conditions are checked when it is published
     */
    public PolicyDraft saveDraft(String tenantId, String source, String savedBy) {
        return saveDraft(tenantId, PolicyDocument.read(source), savedBy);
    }

    /** As {@link #saveDraft(String, String, String)}, for a document that was read already. */
    public PolicyDraft saveDraft(String tenantId, PolicyDocument document, String savedBy) {
        return jdbc.sql("""
                        insert into policy_draft (tenant_id, policy_id, source, hash, saved_at, saved_by)
                        values (:tenant, :policy, :source, :hash, :now, :by)
                        on conflict (tenant_id, policy_id) do update
                        set source = excluded.source, hash = excluded.hash, saved_at = excluded.saved_at,
                            saved_by = excluded.saved_by
                        returning *
                        """)
                .param("tenant", tenantId)
                .param("policy", document.policyId())
                .param("source", document.source())
                .param("hash", document.hash().bytes())
                .param("now", now().atOffset(ZoneOffset.UTC))
                .param("by", savedBy)
                .query((row, n) -> draft(row))
                .single();
    }

    public Optional<PolicyDraft> draft(String tenantId, String policyId) {
        return jdbc.sql("select * from policy_draft where tenant_id = :tenant and policy_id = :policy")
                .param("tenant", tenantId)
                .param("policy", policyId)
                .query((row, n) -> draft(row))
                .optional();
    }

    /** What comes of publishing. */
    public sealed interface Published {
        record Done(PolicyVersion version) implements Published {}

        /** There is no draft, or no such version to go back to. */
        record Nothing() implements Published {}

        /** Its examples do not hold. */
        record TestsFailed(List<TestResult> results) implements Published {}

        /** Somebody else published at the same moment. */
        record Overtaken() implements Published {}
    }

    /**
     * Makes the draft the policy's newest version, when its examples hold.
     *
     * @throws InvalidPolicyException with everything that is wrong with the draft
     */
    public Published publish(String tenantId, String policyId, String publishedBy) {
        return draft(tenantId, policyId)
                .map(draft -> publish(tenantId, draft.source(), null, publishedBy))
                .orElseGet(Published.Nothing::new);
    }

    /**
     * Makes an older version's document the newest version again. A draft stays as it is.
     *
     * @throws InvalidPolicyException when a policy must not look like that any more
     */
    public Published rollback(String tenantId, String policyId, int version, String publishedBy) {
        return version(tenantId, policyId, version)
                .map(older -> publish(tenantId, older.source(), version, publishedBy))
                .orElseGet(Published.Nothing::new);
    }

    private Published publish(String tenantId, String source, @Nullable Integer rollbackOf, String publishedBy) {
        Policy policy = Policy.of(PolicyDocument.read(source));
        List<TestResult> results = policy.runTests();
        if (results.stream().anyMatch(result -> !result.passed())) {
            return new Published.TestsFailed(results);
        }
        try {
            int version = transaction.execute(status -> insert(tenantId, policy, rollbackOf, publishedBy));
            forget();
            return new Published.Done(
                    version(tenantId, policy.policyId(), version).orElseThrow());
        } catch (DuplicateKeyException sameMoment) {
            return new Published.Overtaken();
        }
    }

    private int insert(String tenantId, Policy policy, @Nullable Integer rollbackOf, String publishedBy) {
        int version = jdbc.sql("""
                        insert into policy_version (tenant_id, policy_id, version, hash, document, source, rollback_of,
                            published_at, published_by)
                        select :tenant, :policy, coalesce(max(version), 0) + 1, :hash, :document, :source, :rollback::int,
                            :now, :by
                        from policy_version where tenant_id = :tenant and policy_id = :policy
                        returning version
                        """)
                .param("tenant", tenantId)
                .param("policy", policy.policyId())
                .param("hash", policy.hash().bytes())
                .param("document", policy.document().canonicalText())
                .param("source", policy.document().source())
                .param("rollback", rollbackOf)
                .param("now", now().atOffset(ZoneOffset.UTC))
                .param("by", publishedBy)
                .query(Integer.class)
                .single();
        if (rollbackOf == null) {
            jdbc.sql("delete from policy_draft where tenant_id = :tenant and policy_id = :policy and source = :source")
                    .param("tenant", tenantId)
                    .param("policy", policy.policyId())
                    .param("source", policy.document().source())
                    .update();
        }
        announce();
        return version;
    }

    private void announce() {
        Connection connection = DataSourceUtils.getConnection(dataSource);
        try {
            signals.notify(connection, CHANNEL, "");
        } catch (SQLException failure) {
            throw new IllegalStateException("The other nodes could not be told of a new policy", failure);
        } finally {
            DataSourceUtils.releaseConnection(connection, dataSource);
        }
    }

    /** The newest version. */
    public Optional<PolicyVersion> published(String tenantId, String policyId) {
        Key key = new Key(tenantId, policyId, 0);
        PolicyVersion known = newest.getIfPresent(key);
        if (known != null) {
            return Optional.of(known);
        }
        long before = changes.get();
        Optional<PolicyVersion> found = jdbc.sql(VERSION + """
                        where v.tenant_id = :tenant and v.policy_id = :policy order by v.version desc limit 1
                        """)
                .param("tenant", tenantId)
                .param("policy", policyId)
                .query((row, n) -> version(row))
                .optional();
        found.ifPresent(version -> newest.put(key, version));
        if (changes.get() != before) {
            newest.invalidate(key);
        }
        return found;
    }

    /** What was read before a change must not be believed after it, nor what is being read right now. */
    private void forget() {
        changes.incrementAndGet();
        newest.invalidateAll();
    }

    /**
     * The version that a decision evaluates.
     *
     * @param bound the one that it is bound to; null when it is free
     */
    public Optional<PolicyVersion> toEvaluate(String tenantId, String policyId, @Nullable Integer bound) {
        Optional<PolicyVersion> published = published(tenantId, policyId);
        if (bound == null || published.map(PolicyVersion::version).equals(Optional.of(bound))) {
            return published;
        }
        return version(tenantId, policyId, bound);
    }

    /** Any version. Its status is as of when it was read first. */
    public Optional<PolicyVersion> version(String tenantId, String policyId, int version) {
        Key key = new Key(tenantId, policyId, version);
        PolicyVersion known = versions.getIfPresent(key);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<PolicyVersion> found = jdbc.sql(VERSION + """
                        where v.tenant_id = :tenant and v.policy_id = :policy and v.version = :version
                        """)
                .param("tenant", tenantId)
                .param("policy", policyId)
                .param("version", version)
                .query((row, n) -> version(row))
                .optional();
        // a superseded version stays one; the newest may not
        found.filter(read -> read.status() == PolicyStatus.SUPERSEDED).ifPresent(read -> versions.put(key, read));
        return found;
    }

    /** Newest first. */
    public Page<PolicyVersion> versions(String tenantId, String policyId, PageRequest page) {
        List<PolicyVersion> rows = jdbc.sql(VERSION + """
                        where v.tenant_id = :tenant and v.policy_id = :policy
                            and (:before::int is null or v.version < :before::int)
                        order by v.version desc limit :limit
                        """)
                .param("tenant", tenantId)
                .param("policy", policyId)
                .param(
                        "before",
                        page.after() == null
                                ? null
                                : Integer.valueOf(page.after().key().getFirst()))
                .param("limit", page.fetch())
                .query((row, n) -> version(row))
                .list();
        return Page.of(rows, page, version -> Cursor.of(Integer.toString(version.version())));
    }

    /** By id. */
    public Page<PolicySummary> list(String tenantId, PageRequest page) {
        List<PolicySummary> rows = jdbc.sql("""
                        select coalesce(v.policy_id, d.policy_id) as policy_id, v.version,
                            coalesce(v.hash, d.hash) as hash, d.policy_id is not null as has_draft,
                            greatest(v.published_at, d.saved_at) as changed_at
                        from (select distinct on (policy_id) policy_id, version, hash, published_at from policy_version
                            where tenant_id = :tenant order by policy_id, version desc) v
                        full join (select policy_id, hash, saved_at from policy_draft where tenant_id = :tenant) d
                            on d.policy_id = v.policy_id
                        where :after::text is null or coalesce(v.policy_id, d.policy_id) > :after
                        order by 1 limit :limit
                        """)
                .param("tenant", tenantId)
                .param("after", page.after() == null ? null : page.after().key().getFirst())
                .param("limit", page.fetch())
                .query((row, n) -> new PolicySummary(
                        row.getString("policy_id"),
                        integer(row, "version"),
                        Sha256.ofBytes(row.getBytes("hash")),
                        row.getBoolean("has_draft"),
                        row.getTimestamp("changed_at").toInstant()))
                .list();
        return Page.of(rows, page, policy -> Cursor.of(policy.policyId()));
    }

    /** The published policies that an agent may evaluate, by id, at most 200. */
    public List<PolicyVersion> usableBy(AgentPrincipal agent) {
        return jdbc
                .sql(VERSION + """
                        join (select policy_id, max(version) as version from policy_version
                            where tenant_id = :tenant group by policy_id) n
                            on n.policy_id = v.policy_id and n.version = v.version
                        where v.tenant_id = :tenant order by v.policy_id limit :limit
                        """)
                .param("tenant", agent.tenantId())
                .param("limit", PageRequest.LARGEST_LIMIT)
                .query((row, n) -> version(row))
                .list()
                .stream()
                .filter(version -> agent.permissions().mayUsePolicy(version.policyId()))
                .toList();
    }

    /** The version, ready to be evaluated; made once for each document. */
    public Policy compiled(PolicyVersion version) {
        return compiled.of(version);
    }

    private static int characters(Key key, PolicyVersion version) {
        return version.source().length() + version.canonical().length();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static PolicyDraft draft(ResultSet row) throws SQLException {
        return new PolicyDraft(
                row.getString("tenant_id"),
                row.getString("policy_id"),
                Sha256.ofBytes(row.getBytes("hash")),
                row.getString("source"),
                row.getTimestamp("saved_at").toInstant(),
                row.getString("saved_by"));
    }

    private static PolicyVersion version(ResultSet row) throws SQLException {
        return new PolicyVersion(
                row.getString("tenant_id"),
                row.getString("policy_id"),
                row.getInt("version"),
                Sha256.ofBytes(row.getBytes("hash")),
                row.getBoolean("newest") ? PolicyStatus.PUBLISHED : PolicyStatus.SUPERSEDED,
                row.getString("document"),
                row.getString("source"),
                integer(row, "rollback_of"),
                row.getTimestamp("published_at").toInstant(),
                row.getString("published_by"));
    }

    private static @Nullable Integer integer(ResultSet row, String column) throws SQLException {
        int value = row.getInt(column);
        return row.wasNull() ? null : value;
    }
}
