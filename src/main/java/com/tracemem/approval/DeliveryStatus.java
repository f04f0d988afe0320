package com.tracemem.approval;

import java.util.Locale;

/** Whether an approval's question reached somebody over its integration. */
public enum DeliveryStatus {
    PENDING,
    /** The receiver took it, or answered it. */
    DELIVERED,
    /** Given up on; the approval can still be answered at any other door. */
    FAILED,
    /** It reached nobody over its integration and will not be tried any more: it was answered or ended before, or the integration does not carry questions. */
    NOT_SENT,
    /** The worker stopped during the attempt, and the approval was answered before another one: it may have been sent. */
    UNKNOWN;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
