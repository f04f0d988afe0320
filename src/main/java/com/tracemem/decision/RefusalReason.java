package com.tracemem.decision;

import java.util.Locale;

/** Why a write was refused, in the order in which the reasons are looked at; the first one counts. */
enum RefusalReason {
    DECISION_FINAL,
    NEEDS_APPROVAL,
    REJECTED,
    PRODUCT_NOT_ACCESSIBLE,
    PURPOSE_NOT_ALLOWED,
    DOES_NOT_FIT,
    POLICY_DENIED,
    EXCEPTION_REQUIRED,
    /** A policy of the product, evaluated on the very write. */
    PRODUCT_POLICY_DENIED,
    PRODUCT_POLICY_EXCEPTION_REQUIRED,
    APPROVAL_REQUIRED,
    NOT_THE_APPROVED_ACTION,
    /** The same write was begun before and its end is not known. */
    OUTCOME_UNKNOWN;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    String wireName() {
        return wireName;
    }
}
