package com.tracemem.approval;

import java.util.Locale;

/** What a delivery tells. */
public enum DeliveryKind {
    REQUESTED,
    REMINDER,
    ESCALATED,
    /** The approval was approved or rejected, or it expired. */
    RESOLVED,
    CANCELLED;

    /** Whether it asks for an answer, so that it is of no use any more once there is one. */
    public boolean asks() {
        return switch (this) {
            case REQUESTED, REMINDER, ESCALATED -> true;
            case RESOLVED, CANCELLED -> false;
        };
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static DeliveryKind ofWireName(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
}
