package com.tracemem.trace;

import com.tracemem.store.Ids;
import com.tracemem.store.RoundTrip;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The trace's own tables within one batch: the tenants' heads, the decisions' chains, and the events. */
final class ChainRows implements Rows {
    private record ChainEnd(int decisionSeq, Sha256 hash) {}

    private final Instant now;
    private final String time;
    private final Ids ids;
    private final Set<String> tenants = new TreeSet<>();
    private final Map<String, Long> assumed = new TreeMap<>();
    private final Map<String, Long> heads = new TreeMap<>();
    private final Map<DecisionKey, ChainEnd> chains = new HashMap<>();
    private final Map<DecisionKey, ChainEnd> extended = new TreeMap<>();
    private final List<Leaf> leaves = new ArrayList<>();

    ChainRows(Instant now, Ids ids) {
        this.now = now;
        this.time = WireTime.format(now);
        this.ids = ids;
    }

    /**
     * Locks the tenants' heads, in the order of their ids, before anything else is read: from here to the commit this
     * batch is alone with these tenants, whichever node it runs on, so nothing that is read later needs a lock.
     */
    static void lockTenants(RoundTrip trip, List<Command<?>> commands, RoundTrip.RowReader reader) throws SQLException {
        Set<String> tenants = new TreeSet<>();
        commands.forEach(command -> tenants.add(command.decision().tenantId()));
        trip.read("""
                select tenant_id, seq from tenant_head where tenant_id = any(?) order by tenant_id for update
                """, reader).texts(tenants, tenant -> tenant);
    }

    /** Locks the tenants and reads where their sequences are. */
    void lock(RoundTrip trip, List<Command<?>> commands) throws SQLException {
        lockTenants(trip, commands, row -> found(row.getString("tenant_id"), row.getLong("seq")));
    }

    /** Locks the tenants together with what is written, where nothing had to be read for the commands. */
    void lockUnread(RoundTrip trip) throws SQLException {
        trip.write("select lock_heads(?::text[], ?::bigint[])")
                .texts(assumed.keySet(), tenant -> tenant)
                .longs(assumed.values(), seq -> seq);
    }

    private void found(String tenantId, long seq) {
        Long expected = assumed.get(tenantId);
        if (expected != null && expected != seq) {
            throw new OutdatedException();
        }
        heads.put(tenantId, seq);
    }

    /** Reads the ends of the chains that are not known. */
    @Override
    public void load(RoundTrip trip, List<Command<?>> commands, Recent recent) throws SQLException {
        TreeSet<DecisionKey> unknown = new TreeSet<>();
        for (Command<?> command : commands) {
            DecisionKey key = command.decision();
            tenants.add(key.tenantId());
            if (!command.opensDecision()) {
                recent.find(key, ChainEnd.class).ifPresentOrElse(end -> chains.put(key, end), () -> unknown.add(key));
            }
        }
        for (String tenant : tenants) {
            Long head = recent.head(tenant);
            if (head != null) {
                assumed.put(tenant, head);
                heads.put(tenant, head);
            }
        }
        if (!unknown.isEmpty()) {
            trip.read(
                            """
                    select c.tenant_id, c.decision_id, c.decision_seq, c.leaf_hash
                    from unnest(?::text[], ?::text[]) as k (tenant_id, decision_id)
                    join chain c on c.tenant_id = k.tenant_id and c.decision_id = k.decision_id
                    """,
                            row -> chains.put(
                                    new DecisionKey(row.getString("tenant_id"), row.getString("decision_id")),
                                    new ChainEnd(
                                            row.getInt("decision_seq"), Sha256.ofBytes(row.getBytes("leaf_hash")))))
                    .texts(unknown, DecisionKey::tenantId)
                    .texts(unknown, DecisionKey::decisionId);
        }
    }

    /** Whether the sequences of all the tenants are known, as far as this node can know. */
    boolean knowsHeads() {
        return assumed.keySet().equals(tenants);
    }

    AppendedEvent append(DecisionKey decision, NewEvent event) {
        Long head = heads.get(decision.tenantId());
        if (head == null) {
            throw new IllegalStateException("Tenant " + decision.tenantId() + " has no head row");
        }
        long seq = head + 1;
        ChainEnd end = chains.get(decision);
        int decisionSeq = end == null ? 1 : end.decisionSeq() + 1;
        String eventId = ids.next(Ids.Prefix.EVENT);
        Leaf leaf = Leaf.of(decision, seq, decisionSeq, eventId, event, time, end == null ? null : end.hash());
        leaves.add(leaf);
        heads.put(decision.tenantId(), seq);
        ChainEnd newEnd = new ChainEnd(decisionSeq, leaf.hash());
        chains.put(decision, newEnd);
        extended.put(decision, newEnd);
        return new AppendedEvent(eventId, seq, decisionSeq, now);
    }

    int lastDecisionSeq(DecisionKey decision) {
        ChainEnd end = chains.get(decision);
        return end == null ? 0 : end.decisionSeq();
    }

    /** The first event of this batch: it is in the database if and only if the batch was committed. */
    @Nullable
    Leaf firstLeaf() {
        return leaves.isEmpty() ? null : leaves.getFirst();
    }

    @Override
    public void save(RoundTrip trip) throws SQLException {
        if (leaves.isEmpty()) {
            return;
        }
        var ends = extended.entrySet();
        trip.write("""
                with new_event as (
                    insert into event (tenant_id, seq, decision_id, decision_seq, type, leaf, leaf_hash)
                    select * from unnest(?::text[], ?::bigint[], ?::text[], ?::int[], ?::text[], ?::bytea[], ?::bytea[])
                ), new_chain as (
                    insert into chain (tenant_id, decision_id, decision_seq, leaf_hash)
                    select * from unnest(?::text[], ?::text[], ?::int[], ?::bytea[])
                    on conflict (tenant_id, decision_id)
                    do update set decision_seq = excluded.decision_seq, leaf_hash = excluded.leaf_hash
                )
                update tenant_head h set seq = n.seq
                from unnest(?::text[], ?::bigint[]) as n (tenant_id, seq)
                where h.tenant_id = n.tenant_id
                """)
                .texts(leaves, leaf -> leaf.decision().tenantId())
                .longs(leaves, Leaf::seq)
                .texts(leaves, leaf -> leaf.decision().decisionId())
                .integers(leaves, Leaf::decisionSeq)
                .texts(leaves, leaf -> leaf.type().wireName())
                .bytes(leaves, leaf -> leaf.text().getBytes(StandardCharsets.UTF_8))
                .bytes(leaves, leaf -> leaf.hash().bytes())
                .texts(ends, end -> end.getKey().tenantId())
                .texts(ends, end -> end.getKey().decisionId())
                .integers(ends, end -> end.getValue().decisionSeq())
                .bytes(ends, end -> end.getValue().hash().bytes())
                .texts(heads.keySet(), tenant -> tenant)
                .longs(heads.values(), seq -> seq);
    }

    @Override
    public void keep(Recent recent) {
        extended.forEach((key, end) -> recent.keep(key, ChainEnd.class, end));
        heads.forEach(recent::keepHead);
    }
}
