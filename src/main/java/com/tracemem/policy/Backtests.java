package com.tracemem.policy;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Tries documents on the inputs of evaluations that a tenant kept. */
public final class Backtests {
    private static final int MOST_EVALUATIONS = 10_000;
    private static final int MOST_CHANGES = 200;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final JdbcClient jdbc;

    public Backtests(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    private record Past(
            String decisionId,
            int version,
            ObjectNode inputs,
            DecisionFacts facts,
            String outcome,
            String rule,
            Instant at) {}

    /**
     * Evaluates what was evaluated in a period once more, with another document; nothing is recorded.
     *
     * @param from inclusive
     * @param to exclusive
     */
    public Backtest run(String tenantId, Policy policy, Instant from, Instant to) {
        List<Past> past = past(tenantId, policy.policyId(), from, to);
        if (past.isEmpty()) {
            return Backtest.unavailable(why(tenantId));
        }
        boolean truncated = past.size() > MOST_EVALUATIONS;
        List<Past> tried = truncated ? past.subList(0, MOST_EVALUATIONS) : past;
        Map<String, Integer> transitions = new TreeMap<>();
        List<Backtest.Change> changes = new ArrayList<>();
        int changed = 0;
        for (Past one : tried) {
            Evaluated now = policy.evaluate(one.inputs(), one.facts());
            String outcome = switch (now) {
                case Evaluated.Decided decided -> decided.evaluation().outcome().wireName();
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
        return new Backtest(null, tried.size(), truncated, changed, transitions, changes);
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

    private List<Past> past(String tenantId, String policyId, Instant from, Instant to) {
        return jdbc.sql("""
                        select p.decision_id, p.policy_version, p.inputs, p.outcome, p.rule, p.evaluated_at,
                            d.intent, d.automation_mode, d.actor, d.agent_id, d.instance, d.version, d.metadata
                        from policy_input p
                        join decision d on d.tenant_id = p.tenant_id and d.decision_id = p.decision_id
                        where p.tenant_id = :tenant and p.policy_id = :policy
                            and p.evaluated_at >= :from and p.evaluated_at < :to
                        order by p.evaluated_at desc, p.decision_id desc, p.decision_seq desc limit :limit
                        """)
                .param("tenant", tenantId)
                .param("policy", policyId)
                .param("from", from.atOffset(ZoneOffset.UTC))
                .param("to", to.atOffset(ZoneOffset.UTC))
                .param("limit", MOST_EVALUATIONS + 1)
                .query((row, n) -> new Past(
                        row.getString("decision_id"),
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
