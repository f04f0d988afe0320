package com.tracemem.policy;

import dev.cel.runtime.CelRuntime;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A rule's condition, checked and ready.
 *
 * @param parts how many there are
 * @param steps what it costs at least to run it once
 * @param comparisons where it compares a numeric input with a number: with borders, or when there are none, for equality
 * @param mentioned the inputs that it reads
 * @param metered whether its cost depends on more than its parts, so that it is counted while it runs
 * @param weights how often the sizes of values count, by the ids of their parts; 0 for those that are only looked into
 */
record Condition(
        CelRuntime.Program program,
        int parts,
        int steps,
        List<Comparison> comparisons,
        Set<String> mentioned,
        boolean metered,
        Map<Long, Integer> weights) {

    Condition {
        comparisons = List.copyOf(comparisons);
        mentioned = Set.copyOf(mentioned);
        weights = Map.copyOf(weights);
    }

    /** An input compared with a number, in whichever direction. */
    record Comparison(String input, double value) {}
}
