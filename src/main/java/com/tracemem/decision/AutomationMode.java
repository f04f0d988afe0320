package com.tracemem.decision;

import java.util.Locale;

/** How much an agent may do on its own; chosen when the decision is opened, never changed. */
public enum AutomationMode {
    PROPOSE,
    /** Nothing is written or committed before a human approved. */
    APPROVE,
    OVERRIDE,
    AUTONOMOUS;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The mode that a caller named.
     *
     * @throws IllegalArgumentException with a sentence that names the allowed values
     */
    public static AutomationMode parse(String wireName) {
        for (AutomationMode mode : values()) {
            if (mode.wireName().equals(wireName)) {
                return mode;
            }
        }
        throw new IllegalArgumentException(
                "invalid automation_mode '" + wireName + "': use propose, approve, override or autonomous");
    }
}
