package com.tracemem.decision;

import com.tracemem.policy.ApprovalTerms;
import com.tracemem.policy.PolicyOutcome;
import com.tracemem.trace.Sha256;
import org.jspecify.annotations.Nullable;

/**
 * What a policy said last about a decision.
 *
 * @param version of the policy; the one that the decision evaluated first
 * @param approval how to ask for the exception; null unless one is required
 * @param decisionSeq where in the decision's trace the evaluation stands
 * @param grantedApprovalId the approval that was asked for after the evaluation, and granted
 * @param ofWrite whether it was evaluated on a write, which was refused for it: it then concerns that write only
 * @param inputsHash of the inputs that were evaluated; null where this node does not remember them
 */
public record PolicyState(
        String policyId,
        int version,
        PolicyOutcome outcome,
        String rule,
        String message,
        @Nullable ApprovalTerms approval,
        int decisionSeq,
        @Nullable String grantedApprovalId,
        boolean ofWrite,
        @Nullable Sha256 inputsHash) {

    /** Whether a human still has to allow the exception. */
    public boolean needsException() {
        return outcome == PolicyOutcome.REQUIRES_EXCEPTION && grantedApprovalId == null;
    }

    /**
     * Whether nothing needs to be kept anew when this comes next: what is allowed, or denied in the same words, once more.
     * Rule and message matter only where something is refused. An exception is the same only on the same inputs, and as
     * long as nobody was asked for it or for a newer one: an approval covers what came before it was asked for.
     *
     * @param covered whether what will be asked next covers this exception by covering the one before
     */
    boolean repeats(PolicyState before, boolean covered) {
        return outcome == before.outcome
                && version == before.version
                && ofWrite == before.ofWrite
                && switch (outcome) {
                    case ALLOW -> true;
                    case DENY -> rule.equals(before.rule) && message.equals(before.message);
                    case REQUIRES_EXCEPTION ->
                        covered
                                && before.needsException()
                                && inputsHash != null
                                && inputsHash.equals(before.inputsHash);
                };
    }

    /** The route over which the policy wants a human to be asked; null where it names none. */
    public @Nullable String approvalRouteId() {
        return approval == null ? null : approval.route();
    }

    /** How long the policy lets the question wait; null where it does not say. */
    public @Nullable Integer expiresInSeconds() {
        return approval == null ? null : approval.expiresInSeconds();
    }

    /** Whether the policy wants the approver to say why. */
    public boolean requiresRationale() {
        return approval != null && approval.requireRationale();
    }

    PolicyState granted(String approvalId) {
        return new PolicyState(
                policyId, version, outcome, rule, message, approval, decisionSeq, approvalId, ofWrite, inputsHash);
    }

    /** The same, where the evaluation stands in the decision's trace. */
    PolicyState at(int seq) {
        return new PolicyState(
                policyId, version, outcome, rule, message, approval, seq, grantedApprovalId, ofWrite, inputsHash);
    }
}
