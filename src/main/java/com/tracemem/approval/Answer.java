package com.tracemem.approval;

import org.jspecify.annotations.Nullable;

/**
 * A human's answer, as a door or a channel brings it in.
 *
 * @param message set when it came over an integration: only that integration's approvals can be answered with it
 */
public record Answer(
        String tenantId,
        String approvalId,
        Verdict verdict,
        Approver approver,
        @Nullable String rationale,
        @Nullable InboundMessage message) {

    public Answer {
        rationale = rationale == null || rationale.isBlank() ? null : rationale.strip();
    }
}
