package com.tracemem.policy;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a policy says about an action. */
public enum PolicyOutcome {
    ALLOW,
    DENY,
    /** Not without a human's yes. */
    REQUIRES_EXCEPTION;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    public String wireName() {
        return wireName;
    }

    public static Optional<PolicyOutcome> ofWireName(String wireName) {
        return Arrays.stream(values())
                .filter(outcome -> outcome.wireName.equals(wireName))
                .findFirst();
    }
}
