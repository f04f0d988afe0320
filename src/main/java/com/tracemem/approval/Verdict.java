package com.tracemem.approval;

/** What a human says. */
public enum Verdict {
    APPROVED(ApprovalStatus.APPROVED),
    REJECTED(ApprovalStatus.REJECTED);

    private final ApprovalStatus result;

    Verdict(ApprovalStatus result) {
        this.result = result;
    }

    public ApprovalStatus result() {
        return result;
    }
}
