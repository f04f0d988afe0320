package com.tracemem.decision;

import com.tracemem.policy.ApprovalTerms;
import com.tracemem.policy.PolicyOutcome;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The columns of what policies said about decisions, and how a row becomes a {@link PolicyState}. */
final class PolicyStates {
    static final String COLUMNS = """
            p.tenant_id, p.decision_id, p.policy_id, p.policy_version, p.outcome, p.rule, p.message,
            p.approval_route_id, p.expires_in_seconds, p.require_rationale, p.decision_seq, p.granted_approval_id, p.of_write
            """;

    private PolicyStates() {}

    /** The exceptions that no human allowed yet, the newest first. */
    static List<PolicyState> pendingExceptions(List<PolicyState> states) {
        return states.stream()
                .filter(PolicyState::needsException)
                .sorted(Comparator.comparingInt(PolicyState::decisionSeq).reversed())
                .toList();
    }

    static PolicyState read(ResultSet row) throws SQLException {
        PolicyOutcome outcome =
                PolicyOutcome.ofWireName(row.getString("outcome")).orElseThrow();
        return new PolicyState(
                row.getString("policy_id"),
                row.getInt("policy_version"),
                outcome,
                row.getString("rule"),
                row.getString("message"),
                outcome == PolicyOutcome.REQUIRES_EXCEPTION
                        ? new ApprovalTerms(
                                row.getString("approval_route_id"),
                                integer(row, "expires_in_seconds"),
                                row.getBoolean("require_rationale"))
                        : null,
                row.getInt("decision_seq"),
                row.getString("granted_approval_id"),
                row.getBoolean("of_write"),
                null);
    }

    private static @Nullable Integer integer(ResultSet row, String column) throws SQLException {
        int value = row.getInt(column);
        return row.wasNull() ? null : value;
    }
}
