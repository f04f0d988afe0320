package com.tracemem.trace;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads what the {@link Ledger} wrote. */
public final class Trace {
    private final JdbcClient jdbc;

    public Trace(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Events of a decision in their order.
     *
     * @param afterSeq only events whose {@code seq} in the tenant's log is greater; 0 for all
     */
    public List<Event> events(DecisionKey decision, long afterSeq, int limit) {
        return jdbc.sql("""
                        select leaf, leaf_hash from event
                        where tenant_id = :tenant and decision_id = :decision and seq > :after
                        order by decision_seq limit :limit
                        """)
                .param("tenant", decision.tenantId())
                .param("decision", decision.decisionId())
                .param("after", afterSeq)
                .param("limit", limit)
                .query((row, n) -> Event.ofLeaf(row.getBytes("leaf"), row.getBytes("leaf_hash")))
                .list();
    }

    /** A point in a decision's trace. */
    public record Position(DecisionKey decision, int decisionSeq) {}

    /** For each position the newest events of one type before it, oldest first, in one statement. */
    public Map<Position, List<Event>> before(Collection<Position> positions, EventType type, int limit) {
        List<Position> asked = List.copyOf(positions);
        Map<Position, List<Event>> found = new HashMap<>();
        if (asked.isEmpty()) {
            return found;
        }
        jdbc.sql("""
                        select k.n, e.leaf, e.leaf_hash
                        from unnest(:tenants::text[], :decisions::text[], :positions::int[])
                            with ordinality as k (tenant_id, decision_id, decision_seq, n)
                        cross join lateral (
                            select leaf, leaf_hash, decision_seq from event e
                            where e.tenant_id = k.tenant_id and e.decision_id = k.decision_id
                                and e.decision_seq < k.decision_seq and e.type = :type
                            order by e.decision_seq desc limit :limit
                        ) e
                        order by k.n, e.decision_seq
                        """)
                .param(
                        "tenants",
                        asked.stream().map(at -> at.decision().tenantId()).toArray(String[]::new))
                .param(
                        "decisions",
                        asked.stream().map(at -> at.decision().decisionId()).toArray(String[]::new))
                .param("positions", asked.stream().map(Position::decisionSeq).toArray(Integer[]::new))
                .param("type", type.wireName())
                .param("limit", limit)
                .query((row, n) -> found.computeIfAbsent(
                                asked.get(row.getInt("n") - 1), at -> new java.util.ArrayList<>())
                        .add(Event.ofLeaf(row.getBytes("leaf"), row.getBytes("leaf_hash"))))
                .list();
        return found;
    }
}
