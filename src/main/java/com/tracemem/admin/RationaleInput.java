package com.tracemem.admin;

import org.jspecify.annotations.Nullable;

/** Why a human says yes or no; a route can demand it. */
record RationaleInput(@Nullable String rationale) {
    static final RationaleInput NONE = new RationaleInput(null);
    private static final int LONGEST = 4000;

    static RationaleInput read(Fields fields) {
        return new RationaleInput(fields.text("rationale", LONGEST));
    }
}
