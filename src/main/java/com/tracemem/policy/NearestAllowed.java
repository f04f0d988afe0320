package com.tracemem.policy;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Finds the value of one numeric input, nearest to the given one, that would be allowed. Only the numbers that rules
 * compare the input with, their neighbours, and what the schema lists can be the nearest; each is tried by evaluating the
 * policy with it. Values without steps have no neighbours: next to a border that does not belong to what is allowed, one hundredth away stands
 * for them, or one more decimal place than the border has.
 */
final class NearestAllowed {
    private static final int MOST_TRIES = 32;
    /** Decimal places of the values next to a border that itself is not allowed; more where the border has as many. */
    private static final int FEWEST_PLACES = 2;

    private static final double[] NONE = {};

    private final List<Policy.Rule> rules;
    private final Shape.Fields shape;
    private final ObjectNode properties;
    /** The values worth trying, ascending, by input; inputs in the order of the rules that compare them. */
    private final Map<String, double[]> candidates = new LinkedHashMap<>();
    /** By rule, the one input that it compares, which is tried first. */
    private final Map<String, String> own = new HashMap<>();

    /** @param properties of the schema, references followed */
    NearestAllowed(List<Policy.Rule> rules, Shape.Fields shape, ObjectNode properties) {
        this.rules = rules;
        this.shape = shape;
        this.properties = properties;
        collect();
    }

    /** {@code {input: value}}, or null, also when it would take too much work to find. */
    @Nullable
    ObjectNode of(
            Policy.Rule matched, Map<String, Object> values, ObjectNode inputs, Run run, Predicate<ObjectNode> fits) {
        try {
            return find(matched, values, inputs, run, fits);
        } catch (Meter.SpentException tooMuch) {
            return null;
        }
    }

    private @Nullable ObjectNode find(
            Policy.Rule matched, Map<String, Object> values, ObjectNode inputs, Run run, Predicate<ObjectNode> fits) {
        List<String> names = new ArrayList<>(candidates.keySet());
        String first = own.get(matched.id());
        if (first != null && names.remove(first)) {
            names.addFirst(first);
        }
        int tries = 0;
        for (String input : names) {
            if (!(values.get(input) instanceof Number given)) {
                continue;
            }
            Map<String, Object> changed = new HashMap<>(values);
            for (double candidate : nearestFirst(candidates.getOrDefault(input, NONE), given.doubleValue())) {
                if (++tries > MOST_TRIES) {
                    return null;
                }
                changed.put(input, isWhole(input) ? (Object) (long) candidate : (Object) candidate);
                boolean allowed = run.decide(changed) instanceof Run.Ending.Matched ending
                        && ending.rule().outcome() == PolicyOutcome.ALLOW;
                if (allowed && fits.test(with(inputs, input, candidate))) {
                    return JsonNodeFactory.instance.objectNode().set(input, Numbers.node(candidate));
                }
            }
        }
        return null;
    }

    /** The lower one first where two are as near. */
    private static double[] nearestFirst(double[] ascending, double given) {
        double[] nearest = new double[ascending.length];
        int right = 0;
        while (right < ascending.length && ascending[right] < given) {
            right++;
        }
        int left = right - 1;
        for (int i = 0; i < nearest.length; i++) {
            boolean lower =
                    right == ascending.length || (left >= 0 && given - ascending[left] <= ascending[right] - given);
            nearest[i] = lower ? ascending[left--] : ascending[right++];
        }
        return nearest;
    }

    private static ObjectNode with(ObjectNode inputs, String input, double value) {
        ObjectNode changed = JsonNodeFactory.instance.objectNode();
        changed.setAll(inputs);
        changed.set(input, Numbers.node(value));
        return changed;
    }

    private void collect() {
        Map<String, TreeSet<Double>> found = new LinkedHashMap<>();
        for (Policy.Rule rule : rules) {
            List<Condition.Comparison> comparisons =
                    rule.condition() == null ? List.of() : rule.condition().comparisons();
            if (areOfOneInput(comparisons)) {
                String input = comparisons.getFirst().input();
                TreeSet<Double> values = found.computeIfAbsent(input, any -> new TreeSet<>());
                comparisons.forEach(comparison -> around(comparison, values));
                own.put(rule.id(), input);
            }
        }
        found.forEach((input, values) -> choices(input, values));
        found.forEach((input, values) -> candidates.put(
                input, values.stream().mapToDouble(Double::doubleValue).toArray()));
    }

    private static boolean areOfOneInput(List<Condition.Comparison> comparisons) {
        return comparisons.stream().map(Condition.Comparison::input).distinct().count() == 1;
    }

    private void around(Condition.Comparison comparison, Set<Double> found) {
        double value = comparison.value();
        if (isWhole(comparison.input())) {
            found.add(Math.floor(value));
            found.add(Math.ceil(value));
            found.add(Math.ceil(value) - 1);
            found.add(Math.floor(value) + 1);
        } else {
            BigDecimal border = BigDecimal.valueOf(value).stripTrailingZeros();
            BigDecimal near = BigDecimal.ONE.movePointLeft(Math.max(FEWEST_PLACES, border.scale() + 1));
            found.add(value);
            found.add(border.subtract(near).doubleValue());
            found.add(border.add(near).doubleValue());
        }
        JsonNode step = properties.path(comparison.input()).path("multipleOf");
        if (step.isNumber() && step.decimalValue().signum() > 0) {
            BigDecimal exact = step.decimalValue();
            BigDecimal below = BigDecimal.valueOf(value).divide(exact, 0, RoundingMode.FLOOR);
            for (int steps = -1; steps <= 2; steps++) {
                found.add(below.add(BigDecimal.valueOf(steps)).multiply(exact).doubleValue());
            }
        }
    }

    /** Where the schema lists what is possible, nothing else fits. */
    private void choices(String input, Set<Double> found) {
        for (JsonNode choice : properties.path(input).path("enum")) {
            if (choice.isNumber()) {
                found.add(choice.doubleValue());
            }
        }
    }

    private boolean isWhole(String input) {
        return shape.fields().get(input) instanceof Shape.Whole;
    }
}
