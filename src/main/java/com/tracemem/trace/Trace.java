package com.tracemem.trace;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads what the {@link Ledger} wrote. */
public final class Trace {
    private static final int SMALL_LEAF_BYTES = 16 << 10;
    /** More than the largest context, its summary, and the envelope together. */
    private static final int LARGEST_CONTEXT_BYTES = 96 << 10;

    private final JdbcClient jdbc;

    public Trace(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Some of a decision's events, in their order.
     *
     * @param more whether others follow
     */
    public record Part(List<Event> events, boolean more) {
        public Part {
            events = List.copyOf(events);
        }
    }

    /**
     * Events of a decision in their order: as many as both bounds allow, and at least one when there is one.
     *
     * @param afterSeq only events whose {@code seq} in the tenant's log is greater; 0 for all
     * @param mostBytes of all leaves together; a first event that is larger comes alone
     */
    public Part events(DecisionKey decision, long afterSeq, int limit, long mostBytes) {
        // The index leads by decision_seq, so the known seq is translated first; one of another decision only filters.
        // The size of a leaf is known without reading it.
        List<Optional<Event>> found = jdbc.sql("""
                        select case when bounded.fits then bounded.leaf end as leaf, bounded.leaf_hash from (
                            select leaf, leaf_hash, decision_seq,
                                row_number() over in_order = 1
                                    or (row_number() over in_order <= :limit
                                        and sum(octet_length(leaf)::bigint) over in_order <= :bytes) as fits
                            from event
                            where tenant_id = :tenant and decision_id = :decision and seq > :after
                                and decision_seq > coalesce((
                                    select decision_seq from event
                                    where tenant_id = :tenant and seq = :after and decision_id = :decision), 0)
                            window in_order as (order by decision_seq)
                            order by decision_seq limit :limit + 1
                        ) bounded
                        order by bounded.decision_seq
                        """)
                .param("tenant", decision.tenantId())
                .param("decision", decision.decisionId())
                .param("after", afterSeq)
                .param("limit", limit)
                .param("bytes", mostBytes)
                .query((row, n) -> {
                    byte[] leaf = row.getBytes("leaf");
                    return leaf == null
                            ? Optional.<Event>empty()
                            : Optional.of(Event.ofLeaf(leaf, row.getBytes("leaf_hash")));
                })
                .list();
        List<Event> events = found.stream().flatMap(Optional::stream).toList();
        return new Part(events, events.size() < found.size());
    }

    /** A point in a decision's trace. */
    public record Position(DecisionKey decision, int decisionSeq) {}

    /**
     * For each position what the newest contexts before it say to people, oldest first, in one statement. The contexts
     * themselves stay in the database; one that is larger than any agent may send is passed over.
     */
    public Map<Position, List<String>> summariesBefore(Collection<Position> positions, int limit) {
        return newestBefore(
                positions,
                EventType.CONTEXT,
                limit,
                LARGEST_CONTEXT_BYTES,
                "convert_from(e.leaf, 'UTF8')::json #>> '{payload,summary}' as summary",
                row -> Optional.ofNullable(row.getString("summary")));
    }

    /**
     * For each position the newest events of one type before it, oldest first, in one statement. For types whose events
     * are small: larger ones than 16 KiB are passed over.
     */
    public Map<Position, List<Event>> before(Collection<Position> positions, EventType type, int limit) {
        return newestBefore(
                positions,
                type,
                limit,
                SMALL_LEAF_BYTES,
                "e.leaf, e.leaf_hash",
                row -> Optional.of(Event.ofLeaf(row.getBytes("leaf"), row.getBytes("leaf_hash"))));
    }

    private interface Reading<T> {
        Optional<T> of(ResultSet row) throws SQLException;
    }

    /** The size of a leaf is known without reading it. */
    private <T> Map<Position, List<T>> newestBefore(
            Collection<Position> positions,
            EventType type,
            int limit,
            int mostBytes,
            String columns,
            Reading<T> reading) {
        List<Position> asked = List.copyOf(positions);
        Map<Position, List<T>> found = new HashMap<>();
        if (asked.isEmpty()) {
            return found;
        }
        jdbc.sql("select k.n, " + columns + """
                        \s
                        from unnest(:tenants::text[], :decisions::text[], :positions::int[])
                            with ordinality as k (tenant_id, decision_id, decision_seq, n)
                        cross join lateral (
                            select leaf, leaf_hash, decision_seq from event e
                            where e.tenant_id = k.tenant_id and e.decision_id = k.decision_id
                                and e.decision_seq < k.decision_seq and e.type = :type
                                and octet_length(e.leaf) <= :bytes
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
                .param("bytes", mostBytes)
                .param("limit", limit)
                .query((RowCallbackHandler) row -> {
                    Position at = asked.get(row.getInt("n") - 1);
                    reading.of(row)
                            .ifPresent(read -> found.computeIfAbsent(at, none -> new ArrayList<>())
                                    .add(read));
                });
        return found;
    }
}
