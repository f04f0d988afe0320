package com.tracemem.decision;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which decisions to list; null means any.
 *
 * @param intent the exact intent
 * @param from created at or after
 * @param to created before
 * @param text somewhere in intent, actor or decision id, whatever the case
 */
public record DecisionFilter(
        @Nullable DecisionStatus status,
        @Nullable String intent,
        @Nullable String agentId,
        @Nullable Instant from,
        @Nullable Instant to,
        @Nullable String text) {
    public static final DecisionFilter ALL = new DecisionFilter(null, null, null, null, null, null);
}
