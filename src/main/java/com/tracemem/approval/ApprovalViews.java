package com.tracemem.approval;

import com.tracemem.decision.Decision;
import com.tracemem.decision.Decisions;
import com.tracemem.trace.DecisionKey;
import com.tracemem.trace.Event;
import com.tracemem.trace.EventType;
import com.tracemem.trace.Trace;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Puts together what an approver is shown, from the approval, its decision, and the trace before the request. */
public final class ApprovalViews {
    private static final int MOST_SUMMARIES = 20;
    /** Evaluations before the request among which the reason to ask is looked for. */
    private static final int MOST_EVALUATIONS = 20;

    private static final String EXCEPTION = "requires_exception";

    /** Names one approval. */
    public record Key(String tenantId, String approvalId) {}

    private final JdbcClient jdbc;
    private final Decisions decisions;
    private final Trace trace;

    public ApprovalViews(JdbcClient jdbc, Decisions decisions, Trace trace) {
        this.jdbc = jdbc;
        this.decisions = decisions;
        this.trace = trace;
    }

    public Optional<ApprovalView> view(String tenantId, String approvalId) {
        Key key = new Key(tenantId, approvalId);
        return Optional.ofNullable(views(List.of(key)).get(key));
    }

    /** Many at once, with a fixed number of statements. Unknown ones are left out. */
    public Map<Key, ApprovalView> views(Collection<Key> keys) {
        List<Approval> approvals = jdbc.sql("select " + ApprovalTable.COLUMNS + """
                        from unnest(:tenants::text[], :approvals::text[]) as k (tenant_id, approval_id)
                        cross join lateral (
                            select * from approval where tenant_id = k.tenant_id and approval_id = k.approval_id
                            offset 0) a
                        """)
                .param("tenants", keys.stream().map(Key::tenantId).toArray(String[]::new))
                .param("approvals", keys.stream().map(Key::approvalId).toArray(String[]::new))
                .query((row, n) -> ApprovalTable.read(row))
                .list();
        List<Trace.Position> positions =
                approvals.stream().map(ApprovalViews::position).toList();
        Map<DecisionKey, Decision> envelopes =
                decisions.findAll(approvals.stream().map(Approval::decision).toList());
        Map<Trace.Position, List<String>> summaries = trace.summariesBefore(positions, MOST_SUMMARIES);
        Map<Trace.Position, List<Event>> policies = trace.before(positions, EventType.POLICY_EVAL, MOST_EVALUATIONS);
        Map<Key, ApprovalView> views = new HashMap<>();
        for (Approval approval : approvals) {
            Trace.Position at = position(approval);
            views.put(
                    new Key(approval.tenantId(), approval.approvalId()),
                    new ApprovalView(
                            approval,
                            Objects.requireNonNull(envelopes.get(approval.decision())),
                            summaries.getOrDefault(at, List.of()).stream()
                                    .filter(summary -> !summary.isBlank())
                                    .toList(),
                            policy(policies.getOrDefault(at, List.of()))));
        }
        return views;
    }

    private static Trace.Position position(Approval approval) {
        return new Trace.Position(approval.decision(), approval.decisionSeq());
    }

    /** The newest evaluation that requires an exception is why a human is asked; else the newest at all. */
    private static @Nullable JsonNode policy(List<Event> evaluations) {
        if (evaluations.isEmpty()) {
            return null;
        }
        ObjectNode evaluation = evaluations.reversed().stream()
                .filter(event -> event.payload().path("outcome").asString("").equals(EXCEPTION))
                .findFirst()
                .orElse(evaluations.getLast())
                .payload();
        ObjectNode shown = JsonNodeFactory.instance.objectNode();
        for (String field : List.of("policy_id", "outcome", "message", "rule")) {
            JsonNode value = evaluation.get(field);
            if (value != null) {
                shown.set(field, value);
            }
        }
        return shown;
    }
}
