package com.tracemem.server;

import org.jspecify.annotations.Nullable;

/**
 * One thing that the doctor looked at.
 *
 * @param subject what was looked at, in a word or two
 * @param detail what was found
 * @param mend what to do about it; null when nothing
 */
record Finding(
        Health health,
        String subject,
        String detail,
        @Nullable String mend) {
    /** How it is. */
    enum Health {
        GOOD("ok"),
        DOUBTFUL("look"),
        BROKEN("BROKEN");

        private final String label;

        Health(String label) {
            this.label = label;
        }
    }

    static Finding good(String subject, String detail) {
        return new Finding(Health.GOOD, subject, detail, null);
    }

    static Finding doubtful(String subject, String detail, String mend) {
        return new Finding(Health.DOUBTFUL, subject, detail, mend);
    }

    static Finding broken(String subject, String detail, String mend) {
        return new Finding(Health.BROKEN, subject, detail, mend);
    }

    String line() {
        String first = "%-7s %-15s %s".formatted(health.label, subject, detail);
        return mend == null ? first : first + "\n%-23s → %s".formatted("", mend);
    }
}
