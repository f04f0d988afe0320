package com.tracemem.policy;

import com.tracemem.trace.EventCounts;
import com.tracemem.trace.EventType;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Tries documents on the inputs of evaluations that a tenant kept. */
public final class Backtests {
    private static final int MOST_EVALUATIONS = 10_000;
    private static final int MOST_CHANGES = 200;
    private static final int PAGE = 100;
    /** Of the meters of all evaluations together: a second or so of work, whatever the document. */
    private static final long MOST_STEPS = 20_000_000;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final JdbcClient jdbc;
    private final Turns turns = new Turns();
    private final EventCounts counts;

    public Backtests(JdbcClient jdbc) {
        this.jdbc = jdbc;
        this.counts = new EventCounts(jdbc);
    }

    private record Past(
            String decisionId,
            int seq,
            int version,
            ObjectNode inputs,
            DecisionFacts facts,
            String outcome,
            String rule,
            Instant at) {}

    /**
     * Evaluates what was evaluated in a period once more, with another document; nothing is recorded. One at a time for
     * each tenant.
     *
     * @param from inclusive
     * @param to exclusive
     */
    public Backtest run(String tenantId, Policy policy, Instant from, Instant to) {
        return turns.take(tenantId, () -> runNow(tenantId, policy, from, to));
    }

    private Backtest runNow(String tenantId, Policy policy, Instant from, Instant to) {
        Map<String, Integer> transitions = new TreeMap<>();
        List<Backtest.Change> changes = new ArrayList<>();
        int tried = 0;
        int changed = 0;
        long steps = 0;
        boolean truncated = false;
        Past last = null;
        do {
            List<Past> page = past(tenantId, policy.policyId(), from, to, last);
            last = page.size() < PAGE ? null : page.getLast();
            for (Past one : page) {
                if (tried == MOST_EVALUATIONS || steps > MOST_STEPS) {
                    truncated = true;
                    last = null;
                    break;
                }
                Meter meter = new Meter(Meter.BUDGET);
                Evaluated now = policy.evaluate(one.inputs(), one.facts(), meter);
                steps += Meter.BUDGET - meter.left();
                tried++;
                String outcome = switch (now) {
                    case Evaluated.Decided decided ->
                        decided.evaluation().outcome().wireName();
                    case Evaluated.Unfit unfit -> "unfit";
                };
                if (!outcome.equals(one.outcome())) {
                    changed++;
                    transitions.merge(one.outcome() + " -> " + outcome, 1, Integer::sum);
                    if (changes.size() < MOST_CHANGES) {
                        changes.add(change(one, outcome, now));
                    }
                }
            }
        } while (last != null);
        Backtest.NotKept notKept = notKept(tenantId, policy.policyId(), from, to);
        return tried == 0
                ? Backtest.unavailable(why(tenantId), notKept)
                : new Backtest(null, tried, notKept, truncated, changed, transitions, changes);
    }

    /** What the trace tells of, less what was kept. */
    private Backtest.NotKept notKept(String tenantId, String policyId, Instant from, Instant to) {
        EventCounts.Counted evaluated = counts.count(tenantId, EventType.POLICY_EVAL, "policy_id", policyId, from, to);
        long kept = jdbc.sql("""
                        select count(*) from policy_input
                        where tenant_id = :tenant and policy_id = :policy and evaluated_at >= :since and evaluated_at < :to
                        """)
                .param("tenant", tenantId)
                .param("policy", policyId)
                .param("since", evaluated.since().atOffset(ZoneOffset.UTC))
                .param("to", to.atOffset(ZoneOffset.UTC))
                .query(Long.class)
                .single();
        return new Backtest.NotKept(
                Math.max(0, evaluated.events() - kept), !evaluated.since().equals(from));
    }

    private static Backtest.Change change(Past past, String outcome, Evaluated now) {
        String explanation = switch (now) {
            case Evaluated.Decided decided -> decided.evaluation().message();
            case Evaluated.Unfit unfit -> unfit.sentence();
        };
        return new Backtest.Change(
                past.decisionId(), past.version(), past.at(), past.outcome(), past.rule(), outcome, explanation);
    }

    private String why(String tenantId) {
        boolean retained = jdbc.sql("select retain_policy_inputs from tenant where tenant_id = :tenant")
                .param("tenant", tenantId)
                .query(Boolean.class)
                .optional()
                .orElse(false);
        return retained
                ? "No evaluations of this policy were kept in this period. Inputs are kept from the moment at which"
                        + " retain_policy_inputs is switched on."
                : "The inputs of evaluations are not kept, so there is nothing to try the policy on. Set"
                        + " retain_policy_inputs in the settings; evaluations from then on can be tried.";
    }

    /** The next ones, newest first: few at a time, because inputs may be large. */
    private List<Past> past(String tenantId, String policyId, Instant from, Instant to, @Nullable Past last) {
        return jdbc.sql("""
                        select p.decision_id, p.decision_seq, p.policy_version, p.inputs, p.outcome, p.rule, p.evaluated_at,
                            d.intent, d.automation_mode, d.actor, d.agent_id, d.instance, d.version, d.metadata
                        from policy_input p
                        join decision d on d.tenant_id = p.tenant_id and d.decision_id = p.decision_id
                        where p.tenant_id = :tenant and p.policy_id = :policy
                            and p.evaluated_at >= :from and p.evaluated_at < :to
                            and (:last::timestamptz is null
                                or (p.evaluated_at, p.decision_id, p.decision_seq) < (:last, :decision, :seq))
                        order by p.evaluated_at desc, p.decision_id desc, p.decision_seq desc limit :limit
                        """)
                .param("tenant", tenantId)
                .param("policy", policyId)
                .param("from", from.atOffset(ZoneOffset.UTC))
                .param("to", to.atOffset(ZoneOffset.UTC))
                .param("last", last == null ? null : last.at().atOffset(ZoneOffset.UTC))
                .param("decision", last == null ? "" : last.decisionId())
                .param("seq", last == null ? 0 : last.seq())
                .param("limit", PAGE)
                .query((row, n) -> new Past(
                        row.getString("decision_id"),
                        row.getInt("decision_seq"),
                        row.getInt("policy_version"),
                        (ObjectNode) MAPPER.readTree(row.getString("inputs")),
                        new DecisionFacts(
                                row.getString("intent"),
                                row.getString("automation_mode"),
                                row.getString("actor"),
                                row.getString("agent_id"),
                                row.getString("instance"),
                                row.getString("version"),
                                json(row.getString("metadata"))),
                        row.getString("outcome"),
                        row.getString("rule"),
                        row.getTimestamp("evaluated_at").toInstant()))
                .list();
    }

    private static @Nullable JsonNode json(@Nullable String text) {
        return text == null ? null : MAPPER.readTree(text);
    }
}
