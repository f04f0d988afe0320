package com.tracemem.product;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * What trying a connector found, in the order of the steps: {@code connect}, {@code login}, {@code read}, {@code write}.
 * Steps that could not be reached are there and failed. The last says whether the login may write at all, which only
 * products that write need.
 */
public record ConnectorTest(List<Step> steps) {
    public static final String WRITE = "write";

    /**
     * One step.
     *
     * @param detail a sentence: what was found, and when it failed what to do
     * @param durationMs milliseconds
     */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    public record Step(String name, boolean ok, String detail, long durationMs) {}

    public ConnectorTest {
        steps = List.copyOf(steps);
    }

    /** Whether everything succeeded that reading needs. */
    @JsonProperty("ok")
    public boolean ok() {
        return steps.stream().allMatch(step -> step.ok() || step.name().equals(WRITE));
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
