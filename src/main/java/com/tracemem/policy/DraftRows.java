package com.tracemem.policy;

import com.tracemem.trace.Sha256;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The table {@code policy_draft}: at most one for each policy. */
final class DraftRows {
    private final JdbcClient jdbc;

    DraftRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** In place of the one before. */
    PolicyDraft save(String tenantId, PolicyDocument document, Instant now, String savedBy) {
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
                .param("now", now.atOffset(ZoneOffset.UTC))
                .param("by", savedBy)
                .query((row, n) -> draft(row))
                .single();
    }

    Optional<PolicyDraft> find(String tenantId, String policyId) {
        return jdbc.sql("select * from policy_draft where tenant_id = :tenant and policy_id = :policy")
                .param("tenant", tenantId)
                .param("policy", policyId)
                .query((row, n) -> draft(row))
                .optional();
    }

    /** False when it is gone, or was saved anew with another text. */
    boolean delete(String tenantId, PolicyDocument document) {
        return jdbc.sql(
                                "delete from policy_draft where tenant_id = :tenant and policy_id = :policy and source = :source")
                        .param("tenant", tenantId)
                        .param("policy", document.policyId())
                        .param("source", document.source())
                        .update()
                == 1;
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
}
