package com.tracemem.trace;

import com.tracemem.store.Ids;
import com.tracemem.store.SqlArrays;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
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
    private static final String LOCK = """
            select 1 from tenant_head where tenant_id = any(?) order by tenant_id for update
            """;
    private static final String CHAIN_ENDS = """
            select h.tenant_id, h.seq, k.decision_id, c.decision_seq, c.leaf_hash
            from unnest(?::text[], ?::text[]) as k (tenant_id, decision_id)
            join tenant_head h on h.tenant_id = k.tenant_id
            left join chain c on c.tenant_id = k.tenant_id and c.decision_id = k.decision_id
            """;

    private record ChainEnd(int decisionSeq, Sha256 hash) {}

    private final Instant now;
    private final String time;
    private final Ids ids;
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
    static void lockTenants(Connection connection, List<Command<?>> commands) throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement(LOCK)) {
            lock.setArray(1, SqlArrays.texts(connection, tenants(commands), tenant -> tenant));
            lock.executeQuery().close();
        }
    }

    /** Locks the tenants and reads the ends of the chains, two statements in one round trip. */
    @Override
    public void load(Connection connection, List<Command<?>> commands, Batch batch) throws SQLException {
        TreeSet<DecisionKey> keys = new TreeSet<>();
        commands.forEach(command -> keys.add(command.decision()));
        try (PreparedStatement select = connection.prepareStatement(LOCK + ";" + CHAIN_ENDS)) {
            select.setArray(1, SqlArrays.texts(connection, tenants(commands), tenant -> tenant));
            select.setArray(2, SqlArrays.texts(connection, keys, DecisionKey::tenantId));
            select.setArray(3, SqlArrays.texts(connection, keys, DecisionKey::decisionId));
            boolean locked = select.execute() && select.getMoreResults();
            if (!locked) {
                throw new SQLException("The tenants were locked, but nothing was read");
            }
            try (ResultSet row = select.getResultSet()) {
                while (row.next()) {
                    heads.put(row.getString("tenant_id"), row.getLong("seq"));
                    byte[] hash = row.getBytes("leaf_hash");
                    if (hash != null) {
                        chains.put(
                                new DecisionKey(row.getString("tenant_id"), row.getString("decision_id")),
                                new ChainEnd(row.getInt("decision_seq"), Sha256.ofBytes(hash)));
                    }
                }
            }
        }
    }

    private static Set<String> tenants(List<Command<?>> commands) {
        Set<String> tenants = new TreeSet<>();
        commands.forEach(command -> tenants.add(command.decision().tenantId()));
        return tenants;
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
    public void save(Connection connection) throws SQLException {
        if (leaves.isEmpty()) {
            return;
        }
        try (PreparedStatement write = connection.prepareStatement("""
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
                """)) {
            write.setArray(
                    1,
                    SqlArrays.texts(connection, leaves, leaf -> leaf.decision().tenantId()));
            write.setArray(2, SqlArrays.longs(connection, leaves, Leaf::seq));
            write.setArray(
                    3,
                    SqlArrays.texts(connection, leaves, leaf -> leaf.decision().decisionId()));
            write.setArray(4, SqlArrays.integers(connection, leaves, Leaf::decisionSeq));
            write.setArray(
                    5, SqlArrays.texts(connection, leaves, leaf -> leaf.type().wireName()));
            write.setArray(
                    6, SqlArrays.bytes(connection, leaves, leaf -> leaf.text().getBytes(StandardCharsets.UTF_8)));
            write.setArray(
                    7, SqlArrays.bytes(connection, leaves, leaf -> leaf.hash().bytes()));
            var ends = extended.entrySet();
            write.setArray(
                    8, SqlArrays.texts(connection, ends, end -> end.getKey().tenantId()));
            write.setArray(
                    9, SqlArrays.texts(connection, ends, end -> end.getKey().decisionId()));
            write.setArray(
                    10,
                    SqlArrays.integers(connection, ends, end -> end.getValue().decisionSeq()));
            write.setArray(
                    11,
                    SqlArrays.bytes(
                            connection, ends, end -> end.getValue().hash().bytes()));
            write.setArray(12, SqlArrays.texts(connection, heads.keySet(), tenant -> tenant));
            write.setArray(13, SqlArrays.longs(connection, heads.values(), seq -> seq));
            write.execute();
        }
    }
}
