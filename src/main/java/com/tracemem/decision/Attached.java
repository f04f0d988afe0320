package com.tracemem.decision;

import com.tracemem.policy.ApprovalTerms;
import com.tracemem.policy.PolicyOutcome;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a policy that is attached to a product says about one write.
 *
 * @param version null when the policy is not published, which is a deny
 * @param evidence for the trace
 * @param inputsJson canonical; what was evaluated, null when nothing could be
 */
record Attached(
        String policyId,
        @Nullable Integer version,
        PolicyOutcome outcome,
        String rule,
        String message,
        @Nullable ApprovalTerms approval,
        ObjectNode evidence,
        @Nullable String inputsJson) {

    /** As the newest evaluation of the policy, at this place in the decision's trace. */
    PolicyState asState(int decisionSeq) {
        return new PolicyState(
                policyId,
                version == null ? 0 : version,
                outcome,
                rule,
                message,
                approval,
                decisionSeq,
                null,
                true,
                null);
    }
}
