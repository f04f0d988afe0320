package com.tracemem.policy;

import java.util.Locale;

/** Where a policy's document stands. */
public enum PolicyStatus {
    /** Can be changed; no agent sees it. */
    DRAFT,
    /** What decisions evaluate from now on. */
    PUBLISHED,
    /** Only what decisions that began with it still evaluate. */
    SUPERSEDED;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
