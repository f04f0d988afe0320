package com.tracemem.trace;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Counts events of a period, for people who can wait a moment: the events of the period are read. Times are found by the
 * order of the log, in which they only grow, but for the few milliseconds by which the clocks of nodes may differ.
 */
public final class EventCounts {
    private static final int MOST_READ = 200_000;

    private final JdbcClient jdbc;
    private final int mostRead;

    public EventCounts(JdbcClient jdbc) {
        this(jdbc, MOST_READ);
    }

    EventCounts(JdbcClient jdbc, int mostRead) {
        this.jdbc = jdbc;
        this.mostRead = mostRead;
    }

    /**
     * How many events there are.
     *
     * @param since from when on was counted: later than was asked for when the period holds too many events
     */
    public record Counted(long events, Instant since) {}

    /**
     * Counts the events of a type whose payload has this text in this field.
     *
     * @param from inclusive
     * @param to exclusive
     */
    public Counted count(String tenantId, EventType type, String field, String text, Instant from, Instant to) {
        long end = firstNotBefore(tenantId, to);
        long begin = firstNotBefore(tenantId, from);
        Instant since = from;
        if (end - begin > mostRead) {
            begin = end - mostRead;
            since = time(tenantId, begin);
        }
        long events = jdbc.sql("""
                        select count(*)
                        from event e cross join lateral (select convert_from(e.leaf, 'UTF8')::json as leaf offset 0) as j
                        where e.tenant_id = :tenant and e.seq >= :begin and e.seq < :end and e.type = :type
                            and j.leaf -> 'payload' ->> :field = :text
                            and (j.leaf ->> 'time')::timestamptz >= :since and (j.leaf ->> 'time')::timestamptz < :to
                        """)
                .param("tenant", tenantId)
                .param("begin", begin)
                .param("end", end)
                .param("type", type.wireName())
                .param("field", field)
                .param("text", text)
                .param("since", since.atOffset(ZoneOffset.UTC))
                .param("to", to.atOffset(ZoneOffset.UTC))
                .query(Long.class)
                .single();
        return new Counted(events, since);
    }

    /** The place of the first event that was not written before this time; one after the last when all were. */
    private long firstNotBefore(String tenantId, Instant time) {
        long low = 1;
        long high = 1
                + jdbc.sql("select seq from tenant_head where tenant_id = :tenant")
                        .param("tenant", tenantId)
                        .query(Long.class)
                        .optional()
                        .orElse(0L);
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (time(tenantId, middle).isBefore(time)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private Instant time(String tenantId, long seq) {
        return jdbc.sql("""
                        select (convert_from(leaf, 'UTF8')::json ->> 'time')::timestamptz from event
                        where tenant_id = :tenant and seq = :seq
                        """)
                .param("tenant", tenantId)
                .param("seq", seq)
                .query(OffsetDateTime.class)
                .single()
                .toInstant();
    }
}
