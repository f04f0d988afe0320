package com.tracemem.decision;

import java.util.Locale;

/** How an agent ends a decision. */
public enum CloseAction {
    COMMIT(DecisionStatus.COMMITTED),
    ABORT(DecisionStatus.ABORTED);

    private final DecisionStatus result;

    CloseAction(DecisionStatus result) {
        this.result = result;
    }

    public DecisionStatus result() {
        return result;
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * {@code rollback} is what older clients call an abort.
     *
     * @throws IllegalArgumentException with a sentence that names the allowed values
     */
    public static CloseAction parse(String wireName) {
        return switch (wireName) {
            case "commit" -> COMMIT;
            case "abort", "rollback" -> ABORT;
            default -> throw new IllegalArgumentException("invalid action '" + wireName + "': use commit or abort");
        };
    }
}
