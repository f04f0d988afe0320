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
        Map<Trace.Position, List<Event>> evaluations = trace.before(
                approvals.stream()
                        .filter(approval -> approval.causes().isEmpty())
                        .map(ApprovalViews::position)
                        .toList(),
                EventType.POLICY_EVAL,
                MOST_EVALUATIONS);
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
                            approval.causes().isEmpty()
                                    ? policyBefore(evaluations.getOrDefault(at, List.of()))
                                    : policy(approval.causes()),
                            approval.causes().stream()
                                    .<JsonNode>map(Cause::toJson)
                                    .toList()));
        }
        return views;
    }

    private static Trace.Position position(Approval approval) {
        return new Trace.Position(approval.decision(), approval.decisionSeq());
    }

    /** The newest one; who looks at nothing else still reads of the others. */
    private static JsonNode policy(List<Cause> causes) {
        StringBuilder message = new StringBuilder(causes.getFirst().message());
        causes.stream()
                .skip(1)
                .forEach(cause -> message.append("\nAlso policy '")
                        .append(cause.policyId())
                        .append("', rule '")
                        .append(cause.rule())
                        .append("': ")
                        .append(cause.message()));
        return shown(causes.getFirst().toJson().put("message", message.toString()));
    }

    /** Without a pending exception: what was evaluated before the request, for the approver's information. */
    private static @Nullable JsonNode policyBefore(List<Event> evaluations) {
        if (evaluations.isEmpty()) {
            return null;
        }
        return shown(evaluations.reversed().stream()
                .filter(event -> event.payload().path("outcome").asString("").equals(EXCEPTION))
                .findFirst()
                .orElse(evaluations.getLast())
                .payload());
    }

    private static ObjectNode shown(ObjectNode evaluation) {
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
