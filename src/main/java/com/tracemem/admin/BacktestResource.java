package com.tracemem.admin;

import com.tracemem.policy.Backtest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * What a document would have said in the past.
 *
 * @param unavailable why there was nothing to try it on; null when there was
 * @param evaluations how many were tried, the newest ten thousand at most
 * @param notKept how many evaluations of the period could not be tried, because their inputs were not kept
 * @param incomplete a sentence about them; null when there are none
 * @param transitions how often which outcome would become which, such as {@code "allow -> deny"}
 * @param changes the newest first, at most 200
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record BacktestResource(
        @Nullable String unavailable,
        int evaluations,
        long notKept,
        @Nullable String incomplete,
        boolean truncated,
        int changed,
        Map<String, Integer> transitions,
        List<ChangeResource> changes) {

    /** One outcome that would be another. */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record ChangeResource(
            String decisionId,
            int version,
            Instant evaluatedAt,
            String outcomeBefore,
            String ruleBefore,
            String outcomeAfter,
            String explanation) {}

    static BacktestResource of(Backtest backtest) {
        return new BacktestResource(
                backtest.unavailable(),
                backtest.evaluations(),
                backtest.notKept().evaluations(),
                backtest.notKept().sentence(),
                backtest.truncated(),
                backtest.changed(),
                backtest.transitions(),
                backtest.changes().stream()
                        .map(change -> new ChangeResource(
                                change.decisionId(),
                                change.version(),
                                change.evaluatedAt(),
                                change.outcomeBefore(),
                                change.ruleBefore(),
                                change.outcomeAfter(),
                                change.explanation()))
                        .toList());
    }
}
