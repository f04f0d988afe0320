package com.tracemem.approval;

import java.util.Locale;
import java.util.Optional;

/** Where an approval stands; every status but {@link #PENDING} is final for that approval. */
public enum ApprovalStatus {
    PENDING,
    APPROVED,
    REJECTED,
    /** Nobody answered in time. No timeout ever approves. */
    EXPIRED,
    /** The agent ended the decision first. */
    CANCELLED;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<ApprovalStatus> ofWireName(String wireName) {
        for (ApprovalStatus status : values()) {
            if (status.wireName().equals(wireName)) {
                return Optional.of(status);
            }
        }
        return Optional.empty();
    }
}
