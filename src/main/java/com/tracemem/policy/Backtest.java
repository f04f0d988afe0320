package com.tracemem.policy;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a document would have said about evaluations of the past.
 *
 * @param unavailable why there is nothing to compare with; null when there is
 * @param evaluations how many were tried
 * @param notKept evaluations of the period of which nothing can be said
 * @param truncated whether there were more in the period than were tried
 * @param changed how many outcomes would be others
 * @param transitions how often which outcome would become which: {@code "allow -> deny"}; {@code unfit} stands for
 *     inputs that do not fit the document
 * @param changes each of them, the newest first, a limited number
 */
public record Backtest(
        @Nullable String unavailable,
        int evaluations,
        NotKept notKept,
        boolean truncated,
        int changed,
        Map<String, Integer> transitions,
        List<Change> changes) {

    /**
     * Evaluations that are in the trace and whose inputs were not kept.
     *
     * @param atLeast whether the beginning of the period was not looked at, because it holds too many events
     */
    public record NotKept(long evaluations, boolean atLeast) {

        /** A sentence about them; null when there are none. */
        public @Nullable String sentence() {
            return evaluations == 0
                    ? null
                    : (atLeast ? "At least " : "") + evaluations
                            + (evaluations == 1 ? " evaluation" : " evaluations")
                            + " of this period cannot be tried, because the inputs were not kept: what would become of"
                            + (evaluations == 1 ? " it" : " them") + " is not known.";
        }
    }

    /** One outcome that would be another. */
    public record Change(
            String decisionId,
            int version,
            Instant evaluatedAt,
            String outcomeBefore,
            String ruleBefore,
            String outcomeAfter,
            String explanation) {}

    public Backtest {
        transitions = Collections.unmodifiableMap(new TreeMap<>(transitions));
        changes = List.copyOf(changes);
    }

    static Backtest unavailable(String why, NotKept notKept) {
        return new Backtest(why, 0, notKept, false, 0, Map.of(), List.of());
    }
}
