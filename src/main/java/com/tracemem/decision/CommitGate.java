package com.tracemem.decision;

import com.tracemem.policy.PolicyOutcome;
import com.tracemem.trace.Refusal;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether a decision may be committed; the first reason against it wins. */
final class CommitGate {
    private CommitGate() {}

    /**
     * @param answerable whether the question that the decision waits for can still be answered
     * @param policies what each policy said last when the agent asked it
     * @param open writes of which nobody knows what became of them
     */
    static Optional<Refusal> refusal(
            Decision decision, boolean answerable, List<PolicyState> policies, List<WriteState> open) {
        return switch (decision.status()) {
            case NEEDS_APPROVAL -> Optional.of(approvalRequired(waits(decision, answerable, ", or close with abort")));
            case REJECTED ->
                Optional.of(approvalRequired(
                        "a human rejected decision " + decision.decisionId() + "; it can only be closed with abort"));
            case OPEN, APPROVED ->
                denied(policies)
                        .or(() -> exceptionRequired(policies))
                        .or(() -> modeRefusal(decision))
                        .or(() -> openRefusal(open));
            case COMMITTED, ABORTED -> throw new IllegalStateException("A final decision has no gate to pass");
        };
    }

    /** @param otherwise what else to do */
    static String waits(Decision decision, boolean answerable, String otherwise) {
        return "decision " + decision.decisionId()
                + (answerable
                        ? " waits for a human's answer; wait for it with decision_get"
                        : " was not answered in time, and nobody can answer any more; ask again with"
                                + " decision_request_approval")
                + otherwise;
    }

    /** That a policy, evaluated last, denies. */
    static Optional<Refusal> denied(List<PolicyState> policies) {
        return asked(policies)
                .filter(policy -> policy.outcome() == PolicyOutcome.DENY)
                .findFirst()
                .map(policy -> denied(policy.policyId(), policy.message()));
    }

    static Refusal denied(String policyId, String message) {
        return new Refusal(Refusal.Code.CONFLICT, "Policy '" + policyId + "' denied this action: " + message);
    }

    /** That a policy, evaluated last, requires an exception which nobody granted. */
    static Optional<Refusal> exceptionRequired(List<PolicyState> policies) {
        return asked(policies)
                .filter(PolicyState::needsException)
                .findFirst()
                .map(policy -> exceptionRequired(policy.policyId(), policy.message()));
    }

    /** Without what policies said of writes that were refused for it: those do not concern anything else. */
    private static Stream<PolicyState> asked(List<PolicyState> policies) {
        return policies.stream().filter(policy -> !policy.ofWrite());
    }

    static Refusal exceptionRequired(String policyId, String message) {
        return approvalRequired("policy '" + policyId + "' requires an exception (" + message
                + "); ask with decision_request_approval");
    }

    static Refusal approvalRequired(String why) {
        return new Refusal(Refusal.Code.APPROVAL_REQUIRED, "Approval is required: " + why);
    }

    private static Optional<Refusal> modeRefusal(Decision decision) {
        return decision.automationMode() == AutomationMode.APPROVE && decision.grantedApprovalId() == null
                ? Optional.of(approvalRequired("automation_mode 'approve' commits nothing before a human approved; "
                        + "ask with decision_request_approval"))
                : Optional.empty();
    }

    private static Optional<Refusal> openRefusal(List<WriteState> open) {
        return open.stream()
                .findFirst()
                .map(write -> new Refusal(
                        Refusal.Code.CONFLICT,
                        "A write to product '" + write.productId() + "' was begun and its end is not known (event "
                                + write.attempt() + "): " + write.howToFindOut()
                                + (write.canBeAskedFor() ? ", or close with abort" : ", and close with abort")));
    }
}
