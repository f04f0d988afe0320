package com.tracemem.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a policy would say, and why.
 *
 * @param rules every rule in its order, the default last; empty when the inputs do not fit
 */
public record Simulation(Evaluated evaluated, List<RuleResult> rules) {
    public Simulation {
        rules = List.copyOf(rules);
    }

    /**
     * What one rule did.
     *
     * @param matched whether its condition holds, whether or not a rule before it counted already
     * @param error why it could not be evaluated, or null
     * @param counts whether it is the rule that decided
     */
    public record RuleResult(
            String rule,
            PolicyOutcome outcome,
            boolean matched,
            @Nullable String error,
            boolean counts) {
        RuleResult thatCounts() {
            return new RuleResult(rule, outcome, matched, error, true);
        }
    }
}
