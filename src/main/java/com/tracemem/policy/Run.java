package com.tracemem.policy;

import dev.cel.common.CelErrorCode;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelVariableResolver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs a policy's rules over values. For one thread. */
final class Run {
    private final Policy policy;
    private final Optional<Object> decision;
    private final Meter meter;

    Run(Policy policy, Map<String, Object> decision, Meter meter) {
        this.policy = policy;
        this.decision = Optional.of(new ObjectValue(decision));
        this.meter = meter;
    }

    /** How a run ends. */
    sealed interface Ending {
        record Matched(Policy.Rule rule) implements Ending {}

        record Failed(Policy.Rule rule, String why) implements Ending {}
    }

    private sealed interface Answer {
        record Known(boolean matches) implements Answer {}

        record Unknown(String why) implements Answer {}
    }

    private static final String TOO_MUCH = "its condition takes more work than a policy may cause";
    private static final Answer YES = new Answer.Known(true);
    private static final Answer NO = new Answer.Known(false);

    Ending decide(Map<String, Object> inputs) {
        CelVariableResolver variables = variables(inputs);
        for (Policy.Rule rule : policy.rules()) {
            switch (ask(rule, inputs, variables)) {
                case Answer.Known known -> {
                    if (known.matches()) {
                        return new Ending.Matched(rule);
                    }
                }
                case Answer.Unknown unknown -> {
                    return new Ending.Failed(rule, unknown.why());
                }
            }
        }
        return new Ending.Matched(policy.fallback());
    }

    List<Simulation.RuleResult> all(Map<String, Object> inputs) {
        List<Simulation.RuleResult> results = new ArrayList<>();
        boolean decided = false;
        CelVariableResolver variables = variables(inputs);
        for (Policy.Rule rule : policy.rules()) {
            Simulation.RuleResult result = switch (ask(rule, inputs, variables)) {
                case Answer.Known known ->
                    new Simulation.RuleResult(rule.id(), rule.outcome(), known.matches(), null, false);
                case Answer.Unknown unknown ->
                    new Simulation.RuleResult(rule.id(), rule.outcome(), false, unknown.why(), false);
            };
            boolean counts = !decided && (result.matched() || result.error() != null);
            results.add(counts ? result.thatCounts() : result);
            decided |= counts;
        }
        Simulation.RuleResult fallback = new Simulation.RuleResult(
                PolicyDocument.DEFAULT, policy.fallback().outcome(), true, null, !decided);
        results.add(fallback);
        return results;
    }

    /** Given to every rule as they are: a map would be copied for each. */
    private CelVariableResolver variables(Map<String, Object> inputs) {
        Optional<Object> known = Optional.of(new ObjectValue(inputs));
        return name -> switch (name) {
            case "inputs" -> known;
            case "decision" -> decision;
            default -> Optional.empty();
        };
    }

    private Answer ask(Policy.Rule rule, Map<String, Object> inputs, CelVariableResolver variables) {
        Condition condition = rule.condition();
        if (condition == null) {
            return YES;
        }
        try {
            meter.spend(condition.steps());
            Object value = condition.metered()
                    ? condition.program().trace(variables, meter.listener(condition))
                    : condition.program().eval(variables);
            if (meter.isSpent()) {
                return new Answer.Unknown(TOO_MUCH);
            }
            return value instanceof Boolean yes
                    ? (yes ? YES : NO)
                    : new Answer.Unknown("its condition gave neither true nor false");
        } catch (CelEvaluationException failure) {
            return new Answer.Unknown(meter.isSpent() ? TOO_MUCH : why(failure, condition, inputs));
        } catch (RuntimeException | StackOverflowError failure) {
            // whatever it is, it must not become an allow
            return new Answer.Unknown(meter.isSpent() ? TOO_MUCH : "its condition failed");
        }
    }

    private static String why(CelEvaluationException failure, Condition condition, Map<String, Object> inputs) {
        CelErrorCode code = failure.getErrorCode();
        return switch (code) {
            case ATTRIBUTE_NOT_FOUND -> {
                List<String> absent = Policy.absent(condition, inputs);
                yield absent.isEmpty()
                        ? "it needs a value that is not there"
                        : "it needs " + String.join(", ", absent) + ", which " + (absent.size() == 1 ? "was" : "were")
                                + " not given";
            }
            case DIVIDE_BY_ZERO -> "it divides by zero";
            case NUMERIC_OVERFLOW -> "a number gets too large";
            case ITERATION_BUDGET_EXCEEDED -> "it takes more than " + Conditions.MOST_STEPS + " steps through lists";
            case INDEX_OUT_OF_BOUNDS -> "it looks beyond the end of a list";
            case OVERLOAD_NOT_FOUND, TYPE_NOT_FOUND, INVALID_ARGUMENT, BAD_FORMAT ->
                "a value is of a kind that it cannot use";
            default -> "its condition failed";
        };
    }
}
