package com.tracemem.trace;

import java.util.Locale;

/** Everything that a trace can tell. The stored name is the lower-case form. */
public enum EventType {
    DECISION_CREATED,
    CONTEXT,
    READ,
    POLICY_EVAL,
    APPROVAL_REQUESTED,
    APPROVAL_DELIVERY,
    APPROVAL_VOTE,
    APPROVAL_ANSWER_REFUSED,
    APPROVAL_RESOLVED,
    APPROVAL_EXPIRED,
    APPROVAL_ESCALATED,
    WRITE_STARTED,
    WRITE,
    WRITE_REFUSED,
    DECISION_CLOSED,
    DECISION_RECORDED;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    public String wireName() {
        return wireName;
    }

    /** The older, coarser name that existing clients filter by; the stored name where there is none. */
    public String shortName() {
        return switch (this) {
            case POLICY_EVAL -> "evaluate";
            case DECISION_CLOSED -> "close";
            case APPROVAL_REQUESTED,
                    APPROVAL_DELIVERY,
                    APPROVAL_VOTE,
                    APPROVAL_ANSWER_REFUSED,
                    APPROVAL_RESOLVED,
                    APPROVAL_EXPIRED,
                    APPROVAL_ESCALATED -> "approval";
            case DECISION_CREATED, CONTEXT, READ, WRITE_STARTED, WRITE, WRITE_REFUSED, DECISION_RECORDED -> wireName;
        };
    }

    /**
     * The event type of a stored name.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static EventType ofWireName(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
}
