package com.tracemem.delivery;

import java.util.List;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * What a test found, in the order of the steps: {@code connectivity}, {@code credential}, {@code delivery},
 * {@code end_to_end}. Steps that could not be reached are there and failed.
 */
public record TestReport(List<Step> steps) {

    /**
     * One step.
     *
     * @param detail a sentence: what was found, and when it failed what to do
     * @param durationMs milliseconds
     */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    public record Step(String name, boolean ok, String detail, long durationMs) {}

    public TestReport {
        steps = List.copyOf(steps);
    }

    /** Whether every step succeeded. */
    @com.fasterxml.jackson.annotation.JsonProperty("ok")
    public boolean ok() {
        return steps.stream().allMatch(Step::ok);
    }

    /** What failed first, or empty. */
    public String firstFailure() {
        return steps.stream()
                .filter(step -> !step.ok())
                .map(Step::detail)
                .findFirst()
                .orElse("");
    }
}
