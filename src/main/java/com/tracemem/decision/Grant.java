package com.tracemem.decision;

import com.tracemem.trace.Sha256;
import org.jspecify.annotations.Nullable;

/**
 * A human's yes, as far as writes care.
 *
 * @param action the proposed action that it covers, as JSON; null when it covers the decision
 * @param actionDigest of the canonical action, as the approver was shown it
 * @param decisionSeq where in the decision's trace it was given
 * @param writeId the write that it was used for, once it was; only a grant of one action is used up
 */
record Grant(
        String approvalId,
        @Nullable String action,
        @Nullable Sha256 actionDigest,
        int decisionSeq,
        @Nullable String writeId) {

    boolean isBound() {
        return actionDigest != null;
    }

    boolean isUsed() {
        return writeId != null;
    }

    Grant usedFor(@Nullable String newWriteId) {
        return new Grant(approvalId, action, actionDigest, decisionSeq, newWriteId);
    }
}
