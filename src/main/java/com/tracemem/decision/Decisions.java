package com.tracemem.decision;

import com.tracemem.identity.AgentPrincipal;
import com.tracemem.store.Cursor;
import com.tracemem.store.Ids;
import com.tracemem.store.Page;
import com.tracemem.store.PageRequest;
import com.tracemem.store.SignalListener;
import com.tracemem.store.Signals;
import com.tracemem.trace.Actor;
import com.tracemem.trace.AppendedEvent;
import com.tracemem.trace.DecisionKey;
import com.tracemem.trace.Event;
import com.tracemem.trace.EventType;
import com.tracemem.trace.Ledger;
import com.tracemem.trace.NewEvent;
import com.tracemem.trace.Outcome;
import com.tracemem.trace.Refusal;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Decision envelopes: open, add context, wait, close, read.
 *
 * <p>An agent reaches only the decisions that it opened; any other is not found.
 */
public final class Decisions {
    /** How long a waiter trusts that it would have been woken before it looks for itself. */
    private static final Duration LONGEST_SLEEP = Duration.ofSeconds(5);

    private final Ledger ledger;
    private final JdbcClient jdbc;
    private final Ids ids;
    private final List<ClosingStep> closingSteps;
    private final DecisionWatch watch = new DecisionWatch();

    public Decisions(Ledger ledger, JdbcClient jdbc, Ids ids, Signals signals, List<ClosingStep> closingSteps) {
        this.ledger = ledger;
        this.jdbc = jdbc;
        this.ids = ids;
        this.closingSteps = List.copyOf(closingSteps);
        signals.subscribe(DecisionRows.CHANNEL, new SignalListener() {
            @Override
            public void signalled(String payload) {
                watch.signalled(payload);
            }

            @Override
            public void reconnected() {
                watch.wakeAll();
            }
        });
    }

    public Outcome<Decision> create(AgentPrincipal agent, NewDecision wanted) {
        DecisionKey key = new DecisionKey(agent.tenantId(), ids.next(Ids.Prefix.DECISION));
        return ledger.execute(CreateDecision.of(key, agent, wanted));
    }

    /**
     * Adds to the decision's trace what the agent knows.
     *
     * @param context an object that is kept in the trace as it is
     * @param summary one line for people; approvers are shown it
     */
    public Outcome<AppendedEvent> addContext(
            AgentPrincipal agent, String decisionId, JsonNode context, @Nullable String summary) {
        ObjectNode payload = JsonNodeFactory.instance.objectNode();
        payload.set("context", context);
        if (summary != null) {
            payload.put("summary", summary);
        }
        NewEvent event = NewEvent.of(EventType.CONTEXT, Actor.agent(agent.agentId(), agent.name()), payload);
        return ledger.execute(new AddContext(new DecisionKey(agent.tenantId(), decisionId), agent.agentId(), event));
    }

    public Outcome<Decision> close(
            AgentPrincipal agent,
            String decisionId,
            CloseAction action,
            @Nullable String reason,
            @Nullable JsonNode summary) {
        DecisionKey key = new DecisionKey(agent.tenantId(), decisionId);
        return ledger.execute(CloseDecision.of(key, agent, action, reason, summary, closingSteps));
    }

    /** For agents: only their own, without what they attached. */
    public Optional<Decision> find(AgentPrincipal agent, String decisionId) {
        return find(DecisionTable.COLUMNS, agent.tenantId(), decisionId)
                .filter(decision -> decision.agentId().equals(agent.agentId()));
    }

    /** For people of the tenant, with everything. */
    public Optional<Decision> find(String tenantId, String decisionId) {
        return find(DecisionTable.ALL_COLUMNS, tenantId, decisionId);
    }

    private Optional<Decision> find(String columns, String tenantId, String decisionId) {
        return jdbc.sql("select " + columns + """
                        from decision d join chain c on c.tenant_id = d.tenant_id and c.decision_id = d.decision_id
                        where d.tenant_id = :tenant and d.decision_id = :decision
                        """)
                .param("tenant", tenantId)
                .param("decision", decisionId)
                .query((row, n) -> DecisionTable.read(row))
                .optional();
    }

    /** Many at once. Unknown ones are left out. */
    public Map<DecisionKey, Decision> findAll(Collection<DecisionKey> keys) {
        return jdbc
                .sql("select " + DecisionTable.COLUMNS + """
                        from unnest(:tenants::text[], :decisions::text[]) as k (tenant_id, decision_id)
                        join decision d on d.tenant_id = k.tenant_id and d.decision_id = k.decision_id
                        join chain c on c.tenant_id = d.tenant_id and c.decision_id = d.decision_id
                        """)
                .param("tenants", keys.stream().map(DecisionKey::tenantId).toArray(String[]::new))
                .param("decisions", keys.stream().map(DecisionKey::decisionId).toArray(String[]::new))
                .query((row, n) -> DecisionTable.read(row))
                // a stream of the query itself would keep its connection
                .list()
                .stream()
                .collect(Collectors.toMap(Decision::key, decision -> decision, (one, same) -> one));
    }

    /**
     * Waits until the decision's status is another than {@code since}, or the time is over.
     *
     * @param since null for the status at the time of the call
     */
    public Optional<Decision> await(
            AgentPrincipal agent, String decisionId, @Nullable DecisionStatus since, Duration longest)
            throws InterruptedException {
        long deadline = System.nanoTime() + longest.toNanos();
        DecisionStatus known = since;
        while (true) {
            try (DecisionWatch.Watcher watcher = watch.watch(new DecisionKey(agent.tenantId(), decisionId))) {
                Optional<Decision> found = find(agent, decisionId);
                Duration left = Duration.ofNanos(deadline - System.nanoTime());
                if (found.isEmpty() || !left.isPositive() || watch.isOver()) {
                    return found;
                }
                DecisionStatus status = found.get().status();
                known = known == null ? status : known;
                if (status != known) {
                    return found;
                }
                watcher.await(left.compareTo(LONGEST_SLEEP) < 0 ? left : LONGEST_SLEEP);
            }
        }
    }

    /**
     * Which of a decision's events tell of a write that was begun and whose end is in no event yet: it is under way, or it
     * is not known what became of it.
     */
    public List<String> writesWithoutEnd(DecisionKey decision, List<Event> events) {
        if (events.stream().noneMatch(event -> event.type() == EventType.WRITE_STARTED)) {
            return List.of();
        }
        return jdbc.sql("""
                        select attempt from decision_write
                        where tenant_id = :tenant and decision_id = :decision and status = 'started'
                        """)
                .param("tenant", decision.tenantId())
                .param("decision", decision.decisionId())
                .query((row, n) -> row.getString("attempt"))
                .list();
    }

    /** The server stops: who waits is answered as things stand, and nobody waits any more. */
    public void endWaits() {
        watch.end();
    }

    /** Newest first; the sort key is the decision id. */
    public Page<Decision> list(String tenantId, DecisionFilter filter, PageRequest page) {
        List<Decision> rows = jdbc.sql("select " + DecisionTable.COLUMNS + """
                        from decision d join chain c on c.tenant_id = d.tenant_id and c.decision_id = d.decision_id
                        where d.tenant_id = :tenant
                            and (:before::text is null or d.decision_id < :before)
                            and (:status::text is null or d.status = :status)
                            and (:intent::text is null or d.intent = :intent)
                            and (:agent::text is null or d.agent_id = :agent)
                            and (:from::timestamptz is null or d.created_at >= :from::timestamptz)
                            and (:to::timestamptz is null or d.created_at < :to::timestamptz)
                            and (:text::text is null or strpos(lower(d.intent || ' ' || d.actor || ' ' || d.decision_id),
                                lower(:text)) > 0)
                        order by d.decision_id desc limit :limit
                        """)
                .param("tenant", tenantId)
                .param(
                        "before",
                        page.after() == null ? null : page.after().key().getFirst())
                .param(
                        "status",
                        filter.status() == null ? null : filter.status().wireName())
                .param("intent", filter.intent())
                .param("agent", filter.agentId())
                .param("from", filter.from() == null ? null : filter.from().toString())
                .param("to", filter.to() == null ? null : filter.to().toString())
                .param("text", filter.text())
                .param("limit", page.fetch())
                .query((row, n) -> DecisionTable.read(row))
                .list();
        return Page.of(rows, page, decision -> Cursor.of(decision.decisionId()));
    }

    static <R> Outcome<R> notFound() {
        return Outcome.refused(Refusal.Code.NOT_FOUND, "Decision not found");
    }
}
