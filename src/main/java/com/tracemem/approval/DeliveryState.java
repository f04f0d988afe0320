package com.tracemem.approval;

import java.util.Locale;

/** How far one message has come. */
public enum DeliveryState {
    /** Waits for its time, or for a worker. */
    PENDING,
    /** A worker holds its lease. */
    SENDING,
    DELIVERED,
    /** Given up on; it can be retried by hand. */
    FAILED,
    /** Kept back until its integration is enabled again. */
    PARKED,
    /** Nobody needs it any more. */
    CANCELLED;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static DeliveryState ofWireName(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
}
