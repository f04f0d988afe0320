package com.tracemem.policy;

import com.tracemem.store.Cursor;
import com.tracemem.store.Page;
import com.tracemem.store.PageRequest;
import com.tracemem.trace.Sha256;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The table {@code policy_version}: rows are only ever added. */
final class VersionRows {
    private static final String VERSION = """
            select v.tenant_id, v.policy_id, v.version, v.hash, v.document, v.source, v.rollback_of, v.published_at,
                v.published_by,
                v.version = (select max(n.version) from policy_version n
                    where n.tenant_id = v.tenant_id and n.policy_id = v.policy_id) as newest
            from policy_version v
            """;

    private final JdbcClient jdbc;

    VersionRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * @return the number of the new version
     * @throws org.springframework.dao.DuplicateKeyException when another one took the number at the same moment
     */
    int insert(String tenantId, Policy policy, @Nullable Integer rollbackOf, Instant now, String publishedBy) {
        return jdbc.sql("""
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
                .param("now", now.atOffset(ZoneOffset.UTC))
                .param("by", publishedBy)
                .query(Integer.class)
                .single();
    }

    Optional<PolicyVersion> newest(String tenantId, String policyId) {
        return jdbc.sql(VERSION + """
                        where v.tenant_id = :tenant and v.policy_id = :policy order by v.version desc limit 1
                        """)
                .param("tenant", tenantId)
                .param("policy", policyId)
                .query((row, n) -> version(row))
                .optional();
    }

    Optional<PolicyVersion> find(String tenantId, String policyId, int version) {
        return jdbc.sql(VERSION + """
                        where v.tenant_id = :tenant and v.policy_id = :policy and v.version = :version
                        """)
                .param("tenant", tenantId)
                .param("policy", policyId)
                .param("version", version)
                .query((row, n) -> version(row))
                .optional();
    }

    /** Newest first. */
    Page<PolicyVersion> list(String tenantId, String policyId, PageRequest page) {
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

    /** Of a policy's newest version. */
    record Length(String policyId, int characters) {}

    /** By id. */
    List<Length> lengths(String tenantId) {
        return jdbc.sql("""
                        select distinct on (policy_id) policy_id, length(source) as characters
                        from policy_version where tenant_id = :tenant order by policy_id, version desc
                        """)
                .param("tenant", tenantId)
                .query((row, n) -> new Length(row.getString("policy_id"), row.getInt("characters")))
                .list();
    }

    /** The newest version of each of these policies, by id. */
    List<PolicyVersion> newest(String tenantId, List<String> policyIds) {
        return jdbc.sql("select * from (" + VERSION + """
                        where v.tenant_id = :tenant and v.policy_id = any(:policies)) as versions
                        where newest order by policy_id
                        """)
                .param("tenant", tenantId)
                .param("policies", policyIds.toArray(String[]::new))
                .query((row, n) -> version(row))
                .list();
    }

    /** Every policy that has a version or a draft, by id. */
    Page<PolicySummary> summaries(String tenantId, PageRequest page) {
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
