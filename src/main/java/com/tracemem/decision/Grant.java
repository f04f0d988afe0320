package com.tracemem.decision;

import com.tracemem.trace.Sha256;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A human's yes, as far as writes care.
 *
 * @param action the proposed action that it covers as it was shown, as JSON; null when it covers the decision
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
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** The version of a product that the approved action is one on; null when it is on another, or the version was not kept. */
    @Nullable
    Integer versionOf(String productId) {
        if (action == null) {
            return null;
        }
        JsonNode json = JSON.readTree(action);
        JsonNode version = json.path("product_version");
        return json.path("product").asString("").equals(productId) && version.isInt() ? version.intValue() : null;
    }

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
