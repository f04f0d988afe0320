package com.tracemem.decision;

import com.tracemem.policy.PolicyOutcome;
import com.tracemem.trace.Refusal;
import java.util.List;
import java.util.Optional;

/** Whether a decision may be committed; the first reason against it wins. */
final class CommitGate {
    private CommitGate() {}

    /** @param policies what each policy said last */
    static Optional<Refusal> refusal(Decision decision, List<PolicyState> policies) {
        return switch (decision.status()) {
            case NEEDS_APPROVAL ->
                required("decision " + decision.decisionId()
                        + " waits for a human's answer; wait for it with decision_get, or close with abort");
            case REJECTED ->
                required("a human rejected decision " + decision.decisionId() + "; it can only be closed with abort");
            case OPEN, APPROVED -> policyRefusal(policies).or(() -> modeRefusal(decision));
            case COMMITTED, ABORTED -> throw new IllegalStateException("A final decision has no gate to pass");
        };
    }

    private static Optional<Refusal> policyRefusal(List<PolicyState> policies) {
        Optional<PolicyState> denied = policies.stream()
                .filter(policy -> policy.outcome() == PolicyOutcome.DENY)
                .findFirst();
        if (denied.isPresent()) {
            return Optional.of(new Refusal(
                    Refusal.Code.CONFLICT,
                    "Policy '" + denied.get().policyId() + "' denied this action: "
                            + denied.get().message()));
        }
        return policies.stream()
                .filter(PolicyState::needsException)
                .findFirst()
                .flatMap(policy -> required("policy '" + policy.policyId() + "' requires an exception ("
                        + policy.message() + "); ask with decision_request_approval"));
    }

    private static Optional<Refusal> modeRefusal(Decision decision) {
        return decision.automationMode() == AutomationMode.APPROVE && decision.grantedApprovalId() == null
                ? required("automation_mode 'approve' commits nothing before a human approved; "
                        + "ask with decision_request_approval")
                : Optional.empty();
    }

    private static Optional<Refusal> required(String why) {
        return Optional.of(new Refusal(Refusal.Code.APPROVAL_REQUIRED, "Approval is required: " + why));
    }
}
