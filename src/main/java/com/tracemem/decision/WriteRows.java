package com.tracemem.decision;

import com.tracemem.store.RoundTrip;
import com.tracemem.trace.Command;
import com.tracemem.trace.DecisionKey;
import com.tracemem.trace.Sha256;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The writes of one batch's decisions, and which of them were refused. */
final class WriteRows {
    private record Key(DecisionKey decision, String writeId) {}

    private record Wanted(
            DecisionKey decision,
            @Nullable String idempotencyKey,
            @Nullable String writeId) {}

    private record Refused(DecisionKey decision, Sha256 requestDigest, String reason) {}

    private final Map<Key, WriteState> writes = new LinkedHashMap<>();
    private final Map<Key, WriteState> changed = new LinkedHashMap<>();
    private final Map<Refused, Boolean> refusals = new LinkedHashMap<>();
    private final Map<DecisionKey, Integer> refusalCounts = new HashMap<>();
    private final GrantRows grants = new GrantRows();

    GrantRows grants() {
        return grants;
    }

    void load(RoundTrip trip, List<Command<?>> commands) throws SQLException {
        List<Wanted> wanted = new ArrayList<>();
        List<DecisionKey> deciding = new ArrayList<>();
        for (Command<?> command : commands) {
            if (command instanceof NeedsWrites needs) {
                wanted.add(new Wanted(command.decision(), needs.wantedKey(), needs.wantedWriteId()));
                if (needs.wantsGrants()) {
                    deciding.add(command.decision());
                }
            }
        }
        if (!wanted.isEmpty()) {
            loadWrites(trip, wanted);
        }
        if (!deciding.isEmpty()) {
            loadRefusals(trip, deciding);
            grants.load(trip, deciding);
        }
    }

    private void loadWrites(RoundTrip trip, List<Wanted> wanted) throws SQLException {
        trip.read("""
                with k as (
                    select * from unnest(?::text[], ?::text[], ?::text[], ?::text[])
                        as k (tenant_id, decision_id, idempotency_key, write_id)
                )
                select w.* from k join decision_write w on w.decision_id = k.decision_id and w.tenant_id = k.tenant_id
                    and w.idempotency_key = k.idempotency_key
                union
                select w.* from k join decision_write w on w.decision_id = k.decision_id and w.tenant_id = k.tenant_id
                    and w.write_id = k.write_id
                union
                select w.* from k join decision_write w on w.decision_id = k.decision_id and w.tenant_id = k.tenant_id
                    and w.status in ('started', 'unknown')
                """, row -> {
                    WriteState write = read(row);
                    DecisionKey decision = new DecisionKey(row.getString("tenant_id"), row.getString("decision_id"));
                    writes.put(new Key(decision, write.writeId()), write);
                })
                .texts(wanted, each -> each.decision().tenantId())
                .texts(wanted, each -> each.decision().decisionId())
                .texts(wanted, Wanted::idempotencyKey)
                .texts(wanted, Wanted::writeId);
    }

    private static WriteState read(ResultSet row) throws SQLException {
        int affected = row.getInt("affected");
        boolean executed = !row.wasNull();
        byte[] action = row.getBytes("action_digest");
        return new WriteState(
                row.getString("write_id"),
                row.getString("idempotency_key"),
                Sha256.ofBytes(row.getBytes("request_digest")),
                action == null ? null : Sha256.ofBytes(action),
                row.getString("purpose"),
                row.getString("product_id"),
                row.getInt("product_version"),
                row.getString("memory"),
                WriteState.Status.of(row.getString("status")),
                row.getString("attempt"),
                row.getString("approval_id"),
                executed ? affected : null,
                row.getString("event_id"));
    }

    private void loadRefusals(RoundTrip trip, List<DecisionKey> decisions) throws SQLException {
        trip.read("""
                select distinct r.tenant_id, r.decision_id, r.request_digest, r.reason
                from unnest(?::text[], ?::text[]) as k (tenant_id, decision_id)
                join decision_refusal r on r.tenant_id = k.tenant_id and r.decision_id = k.decision_id
                """, row -> {
                    DecisionKey decision = new DecisionKey(row.getString("tenant_id"), row.getString("decision_id"));
                    Sha256 digest = Sha256.ofBytes(row.getBytes("request_digest"));
                    refusals.put(new Refused(decision, digest, row.getString("reason")), false);
                    refusalCounts.merge(decision, 1, Integer::sum);
                })
                .texts(decisions, DecisionKey::tenantId)
                .texts(decisions, DecisionKey::decisionId);
    }

    Optional<WriteState> byKey(DecisionKey decision, @Nullable String idempotencyKey) {
        return idempotencyKey == null
                ? Optional.empty()
                : of(decision).stream()
                        .filter(write -> idempotencyKey.equals(write.idempotencyKey()))
                        .findFirst();
    }

    Optional<WriteState> find(DecisionKey decision, String writeId) {
        return Optional.ofNullable(writes.get(new Key(decision, writeId)));
    }

    /** Those of which nobody knows what became of them. */
    List<WriteState> open(DecisionKey decision) {
        return of(decision).stream().filter(WriteState::isOpen).toList();
    }

    private List<WriteState> of(DecisionKey decision) {
        return writes.entrySet().stream()
                .filter(entry -> entry.getKey().decision().equals(decision))
                .map(Map.Entry::getValue)
                .toList();
    }

    void put(DecisionKey decision, WriteState write) {
        Key key = new Key(decision, write.writeId());
        writes.put(key, write);
        changed.put(key, write);
    }

    int refusalCount(DecisionKey decision) {
        return refusalCounts.getOrDefault(decision, 0);
    }

    /** Whether this request was refused for this reason before. */
    boolean wasRefused(DecisionKey decision, Sha256 requestDigest, RefusalReason reason) {
        return refusals.containsKey(new Refused(decision, requestDigest, reason.wireName()));
    }

    void refused(DecisionKey decision, Sha256 requestDigest, RefusalReason reason) {
        refusals.put(new Refused(decision, requestDigest, reason.wireName()), true);
        refusalCounts.merge(decision, 1, Integer::sum);
    }

    void save(RoundTrip trip) throws SQLException {
        List<Refused> added = refusals.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .toList();
        if (!changed.isEmpty() || !added.isEmpty()) {
            saveWrites(trip, changed.entrySet());
            saveRefusals(trip, added);
            grants.save(trip);
        } else if (!grants.areUnchanged()) {
            grants.save(trip);
        }
    }

    private static void saveWrites(RoundTrip trip, Collection<Map.Entry<Key, WriteState>> rows) throws SQLException {
        trip.write("""
                insert into decision_write (tenant_id, decision_id, write_id, idempotency_key, request_digest, action_digest,
                    purpose, product_id, product_version, memory, status, attempt, approval_id, affected, event_id)
                select tenant_id, decision_id, write_id, idempotency_key, request_digest, action_digest,
                    purpose, product_id, product_version, memory, status, attempt, approval_id, affected::int, event_id
                from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::bytea[], ?::bytea[], ?::text[], ?::text[],
                    ?::int[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
                    as n (tenant_id, decision_id, write_id, idempotency_key, request_digest, action_digest,
                    purpose, product_id, product_version, memory, status, attempt, approval_id, affected, event_id)
                on conflict (tenant_id, decision_id, write_id) do update
                set action_digest = excluded.action_digest, memory = excluded.memory, product_version = excluded.product_version, status = excluded.status, attempt = excluded.attempt,
                    approval_id = excluded.approval_id, affected = excluded.affected, event_id = excluded.event_id
                """)
                .texts(rows, row -> row.getKey().decision().tenantId())
                .texts(rows, row -> row.getKey().decision().decisionId())
                .texts(rows, row -> row.getKey().writeId())
                .texts(rows, row -> row.getValue().idempotencyKey())
                .bytes(rows, row -> row.getValue().requestDigest().bytes())
                .bytes(rows, row -> bytes(row.getValue().actionDigest()))
                .texts(rows, row -> row.getValue().purpose())
                .texts(rows, row -> row.getValue().productId())
                .integers(rows, row -> row.getValue().productVersion())
                .texts(rows, row -> row.getValue().memory())
                .texts(rows, row -> row.getValue().status().wireName())
                .texts(rows, row -> row.getValue().attempt())
                .texts(rows, row -> row.getValue().approvalId())
                .texts(rows, row -> text(row.getValue().affected()))
                .texts(rows, row -> row.getValue().eventId());
    }

    private static byte @Nullable [] bytes(@Nullable Sha256 digest) {
        return digest == null ? null : digest.bytes();
    }

    private static @Nullable String text(@Nullable Integer value) {
        return value == null ? null : value.toString();
    }

    private static void saveRefusals(RoundTrip trip, List<Refused> rows) throws SQLException {
        trip.write("""
                insert into decision_refusal (tenant_id, decision_id, request_digest, reason)
                select * from unnest(?::text[], ?::text[], ?::bytea[], ?::text[])
                """)
                .texts(rows, row -> row.decision().tenantId())
                .texts(rows, row -> row.decision().decisionId())
                .bytes(rows, row -> row.requestDigest().bytes())
                .texts(rows, Refused::reason);
    }
}
