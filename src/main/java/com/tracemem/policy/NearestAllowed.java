package com.tracemem.policy;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Finds the value of one numeric input, nearest to the given one, that would be allowed. Only the numbers that rules
 * compare the input with, and their neighbours where its values have steps, can be the nearest; each is tried by
 * evaluating the policy with it.
 */
final class NearestAllowed {
    private static final int MOST_TRIES = 16;

    private final List<Policy.Rule> rules;
    private final Shape.Fields shape;
    private final ObjectNode properties;
    /** For each rule that may count the inputs to try, its own first, each with the values worth trying. */
    private final Map<String, Map<String, double[]>> candidates = new HashMap<>();

    /** @param properties of the schema, references followed */
    NearestAllowed(List<Policy.Rule> rules, Policy.Rule fallback, Shape.Fields shape, ObjectNode properties) {
        this.rules = rules;
        this.shape = shape;
        this.properties = properties;
        rules.forEach(rule -> candidates.put(rule.id(), candidates(rule)));
        candidates.put(fallback.id(), candidates(fallback));
    }

    /** {@code {input: value}}, or null. */
    @Nullable
    ObjectNode of(
            Policy.Rule matched, Map<String, Object> values, ObjectNode inputs, Run run, Predicate<ObjectNode> fits) {
        int tries = 0;
        for (Map.Entry<String, double[]> entry :
                candidates.getOrDefault(matched.id(), Map.of()).entrySet()) {
            String input = entry.getKey();
            if (!(values.get(input) instanceof Number given)) {
                continue;
            }
            for (double candidate : nearestFirst(entry.getValue(), given.doubleValue())) {
                if (++tries > MOST_TRIES) {
                    return null;
                }
                Map<String, Object> changed = new HashMap<>(values);
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

    private static double[] nearestFirst(double[] ascending, double given) {
        return Arrays.stream(ascending)
                .boxed()
                .sorted(Comparator.comparingDouble(value -> Math.abs(value - given)))
                .mapToDouble(Double::doubleValue)
                .toArray();
    }

    private static ObjectNode with(ObjectNode inputs, String input, double value) {
        ObjectNode changed = JsonNodeFactory.instance.objectNode();
        changed.setAll(inputs);
        changed.set(input, Numbers.node(value));
        return changed;
    }

    private Map<String, double[]> candidates(Policy.Rule matched) {
        Map<String, TreeSet<Double>> found = new LinkedHashMap<>();
        Stream.concat(Stream.of(matched), rules.stream())
                .map(Policy.Rule::condition)
                .filter(Objects::nonNull)
                .map(Condition::comparisons)
                .filter(NearestAllowed::areOfOneInput)
                .flatMap(List::stream)
                .forEach(comparison ->
                        around(comparison, found.computeIfAbsent(comparison.input(), input -> new TreeSet<>())));
        Map<String, double[]> ascending = new LinkedHashMap<>();
        found.forEach((input, values) -> ascending.put(
                input, values.stream().mapToDouble(Double::doubleValue).toArray()));
        return ascending;
    }

    private static boolean areOfOneInput(List<Condition.Comparison> comparisons) {
        return comparisons.stream().map(Condition.Comparison::input).distinct().count() == 1;
    }

    private void around(Condition.Comparison comparison, Set<Double> found) {
        double value = comparison.value();
        JsonNode step = properties.path(comparison.input()).path("multipleOf");
        if (isWhole(comparison.input())) {
            found.add(Math.floor(value));
            found.add(Math.ceil(value));
            found.add(Math.ceil(value) - 1);
            found.add(Math.floor(value) + 1);
        } else {
            found.add(value);
            if (step.isNumber()) {
                BigDecimal exact = BigDecimal.valueOf(value);
                found.add(exact.subtract(step.decimalValue()).doubleValue());
                found.add(exact.add(step.decimalValue()).doubleValue());
            }
        }
    }

    private boolean isWhole(String input) {
        return shape.fields().get(input) instanceof Shape.Whole;
    }
}
