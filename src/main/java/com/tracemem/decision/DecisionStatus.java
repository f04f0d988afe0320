package com.tracemem.decision;

import java.util.Locale;
import java.util.Optional;

/** Where a decision stands. The moves that are possible live here and nowhere else. */
public enum DecisionStatus {
    OPEN,
    /** Waits for a human; the pending request may have expired, then the agent may ask again. */
    NEEDS_APPROVAL,
    APPROVED,
    /** A human said no, in tenants that show it; still accepts an abort. */
    REJECTED,
    COMMITTED,
    ABORTED;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<DecisionStatus> ofWireName(String wireName) {
        for (DecisionStatus status : values()) {
            if (status.wireName().equals(wireName)) {
                return Optional.of(status);
            }
        }
        return Optional.empty();
    }

    /** Nothing moves a final decision any more. */
    public boolean isFinal() {
        return this == COMMITTED || this == ABORTED;
    }

    public boolean canMoveTo(DecisionStatus next) {
        return switch (this) {
            case OPEN -> next == NEEDS_APPROVAL || next == COMMITTED || next == ABORTED;
            case NEEDS_APPROVAL -> next == APPROVED || next == REJECTED || next == ABORTED;
            case APPROVED -> next == NEEDS_APPROVAL || next == COMMITTED || next == ABORTED;
            case REJECTED -> next == ABORTED;
            case COMMITTED, ABORTED -> false;
        };
    }
}
