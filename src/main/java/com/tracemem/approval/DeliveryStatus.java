package com.tracemem.approval;

import java.util.Locale;

/** How far the newest message about an approval has come. */
public enum DeliveryStatus {
    PENDING,
    DELIVERED,
    /** Given up on; the approval can still be answered at any other door. */
    FAILED;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
