package com.tracemem.delivery;

import java.util.Locale;

/** What is known of an integration. Only {@link #DISABLED} keeps messages back. */
public enum IntegrationStatus {
    /** Set up, never verified. */
    CONFIGURED,
    /** A test or a delivery succeeded, or an administrator enabled it. */
    ENABLED,
    /** Its messages are parked and go out when it is enabled again. */
    DISABLED,
    /** Deliveries fail; they are still tried, and a success clears it. */
    ERROR;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static IntegrationStatus ofWireName(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
}
