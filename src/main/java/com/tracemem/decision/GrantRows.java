package com.tracemem.decision;

import com.tracemem.store.RoundTrip;
import com.tracemem.trace.DecisionKey;
import com.tracemem.trace.Sha256;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What humans granted to the decisions of one batch. */
final class GrantRows {
    private record Key(DecisionKey decision, String approvalId) {}

    private final Map<Key, Grant> grants = new LinkedHashMap<>();
    private final Map<Key, Grant> changed = new LinkedHashMap<>();

    void load(RoundTrip trip, List<DecisionKey> decisions) throws SQLException {
        trip.read("""
                select g.* from unnest(?::text[], ?::text[]) as k (tenant_id, decision_id)
                join decision_grant g on g.tenant_id = k.tenant_id and g.decision_id = k.decision_id
                """, row -> {
                    byte[] digest = row.getBytes("action_digest");
                    Grant grant = new Grant(
                            row.getString("approval_id"),
                            row.getString("action"),
                            digest == null ? null : Sha256.ofBytes(digest),
                            row.getInt("decision_seq"),
                            row.getString("write_id"));
                    DecisionKey decision = new DecisionKey(row.getString("tenant_id"), row.getString("decision_id"));
                    grants.put(new Key(decision, grant.approvalId()), grant);
                })
                .texts(decisions, DecisionKey::tenantId)
                .texts(decisions, DecisionKey::decisionId);
    }

    /** Newest first. */
    List<Grant> of(DecisionKey decision) {
        return grants.entrySet().stream()
                .filter(entry -> entry.getKey().decision().equals(decision))
                .map(Map.Entry::getValue)
                .sorted(Comparator.comparingInt(Grant::decisionSeq).reversed())
                .toList();
    }

    Optional<Grant> find(DecisionKey decision, String approvalId) {
        return Optional.ofNullable(grants.get(new Key(decision, approvalId)));
    }

    void put(DecisionKey decision, Grant grant) {
        Key key = new Key(decision, grant.approvalId());
        grants.put(key, grant);
        changed.put(key, grant);
    }

    boolean areUnchanged() {
        return changed.isEmpty();
    }

    void save(RoundTrip trip) throws SQLException {
        Collection<Map.Entry<Key, Grant>> rows = changed.entrySet();
        trip.write("""
                insert into decision_grant (tenant_id, decision_id, approval_id, action, action_digest, decision_seq,
                    write_id)
                select * from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::bytea[], ?::int[], ?::text[])
                on conflict (tenant_id, decision_id, approval_id) do update set write_id = excluded.write_id
                """)
                .texts(rows, row -> row.getKey().decision().tenantId())
                .texts(rows, row -> row.getKey().decision().decisionId())
                .texts(rows, row -> row.getKey().approvalId())
                .texts(rows, row -> row.getValue().action())
                .bytes(rows, row -> bytes(row.getValue().actionDigest()))
                .integers(rows, row -> row.getValue().decisionSeq())
                .texts(rows, row -> row.getValue().writeId());
    }

    private static byte @Nullable [] bytes(@Nullable Sha256 digest) {
        return digest == null ? null : digest.bytes();
    }
}
