package com.tracemem.decision;

import com.tracemem.trace.Refusal;
import java.util.Optional;

/** Whether a decision may be committed; the first reason against it wins. */
final class CommitGate {
    private CommitGate() {}

    static Optional<Refusal> refusal(Decision decision) {
        return switch (decision.status()) {
            case NEEDS_APPROVAL ->
                required("decision " + decision.decisionId()
                        + " waits for a human's answer; wait for it with decision_get, or close with abort");
            case REJECTED ->
                required("a human rejected decision " + decision.decisionId() + "; it can only be closed with abort");
            case OPEN, APPROVED ->
                decision.automationMode() == AutomationMode.APPROVE && decision.grantedApprovalId() == null
                        ? required("automation_mode 'approve' commits nothing before a human approved; "
                                + "ask with decision_request_approval")
                        : Optional.empty();
            case COMMITTED, ABORTED -> throw new IllegalStateException("A final decision has no gate to pass");
        };
    }

    private static Optional<Refusal> required(String why) {
        return Optional.of(new Refusal(Refusal.Code.APPROVAL_REQUIRED, "Approval is required: " + why));
    }
}
