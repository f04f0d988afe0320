package com.tracemem.policy;

import dev.cel.runtime.CelRuntime;
import java.util.List;
import java.util.Set;

/**
 * A rule's condition, checked and ready.
 *
 * @param comparisons where it compares a numeric input with a number
 * @param mentioned the inputs that it reads
 * @param metered whether its cost depends on more than its length, so that it is counted while it runs
 * @param cheap ids of nodes whose values are only looked into, not at
 * @param dear ids of nodes whose values are searched
 */
record Condition(
        CelRuntime.Program program,
        List<Comparison> comparisons,
        Set<String> mentioned,
        boolean metered,
        Set<Long> cheap,
        Set<Long> dear) {

    Condition {
        comparisons = List.copyOf(comparisons);
        mentioned = Set.copyOf(mentioned);
        cheap = Set.copyOf(cheap);
        dear = Set.copyOf(dear);
    }

    /** An input compared with a number, in whichever direction. */
    record Comparison(String input, double value) {}
}
