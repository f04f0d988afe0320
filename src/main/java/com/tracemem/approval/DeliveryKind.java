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

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static DeliveryKind ofWireName(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
}
