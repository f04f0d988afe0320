package com.tracemem.policy;

import dev.cel.common.ast.CelExpr;
import dev.cel.common.values.CelByteString;
import dev.cel.runtime.CelEvaluationListener;
import java.util.List;
import java.util.Map;

/**
 * Counts what evaluating costs, in steps and in the size of the values that are looked at, and stops it when it is too
 * much. Not a clock: the same evaluation costs the same everywhere, so it is stopped everywhere or nowhere.
 */
final class Meter {
    /** A few milliseconds of work. */
    static final int BUDGET = 50_000;

    private static final int CHARACTERS_A_STEP = 32;
    private static final int STEPS_OF_A_PART = 4;
    /** How often a text has to be counted when it is searched for another one of any length. */
    static final int WEIGHT_OF_SEARCHING = 8 * CHARACTERS_A_STEP;

    /** Of steps, after which others that wait for the processor come first. */
    private static final int SLICE = 2_000;
    /** What may fail, and then takes longer. */
    private static final int STEPS_OF_A_CALL = 12;
    /** What goes on when one side of it fails; and what fails easily. */
    private static final Map<String, Integer> STEPS = Map.of(
            "_||_", 60,
            "_&&_", 25,
            "_/_", 90,
            "_%_", 90,
            "_[_]", 90);
    /** How often a text has to be counted that is read as a time. */
    static final int WEIGHT_OF_READING = 20 * CHARACTERS_A_STEP;

    private int left;
    private int slice = SLICE;

    Meter(int budget) {
        this.left = budget;
    }

    boolean isSpent() {
        return left < 0;
    }

    /** Steps that are left; -1 when it is spent. */
    int left() {
        return left;
    }

    /** @throws SpentException when that is more than there is left; from then on it is spent */
    @SuppressWarnings("ThreadPriorityCheck") // nothing else takes the processor from a virtual thread
    void spend(int steps) {
        left = steps > left ? -1 : left - steps;
        if (left < 0) {
            throw new SpentException();
        }
        slice -= steps;
        if (slice < 0) {
            slice = SLICE;
            Thread.yield();
        }
    }

    /** What it takes to match a text with a pattern of this {@linkplain Regexes#size size}. */
    static int stepsOfMatching(int characters, int size) {
        return (int) Math.min(characters * (8L + size / 2), Integer.MAX_VALUE);
    }

    CelEvaluationListener listener(Condition condition) {
        Map<Long, Integer> weights = condition.weights();
        return (CelExpr expr, Object value) -> {
            spend(
                    expr.exprKind().getKind() == CelExpr.ExprKind.Kind.CALL
                            ? STEPS.getOrDefault(expr.call().function(), STEPS_OF_A_CALL)
                            : 1);
            int weight = weights.getOrDefault(expr.id(), 1);
            if (weight > 0) {
                weigh(value, weight);
            }
        };
    }

    private void weigh(Object value, int factor) {
        switch (value) {
            case String text ->
                spend((int) Math.min((long) text.length() * factor / CHARACTERS_A_STEP, Integer.MAX_VALUE));
            case CelByteString bytes ->
                spend((int) Math.min((long) bytes.size() * factor / CHARACTERS_A_STEP, Integer.MAX_VALUE));
            case List<?> list -> {
                spend(list.size());
                for (Object item : list) {
                    weigh(item, factor);
                }
            }
            case Map<?, ?> map -> {
                spend(map.size());
                for (Object item : map.values()) {
                    weigh(item, factor);
                }
            }
            default -> {
                // of fixed size
            }
        }
    }

    /** How often a text has to be counted for what {@link #stepsOfMatching} says of it. */
    static int weightOfMatching(int size) {
        return stepsOfMatching(CHARACTERS_A_STEP, size);
    }

    /** How often a pattern of this length has to be counted for what it takes to compile it. */
    static int weightOfCompiling(int size, int length) {
        return 1 + CHARACTERS_A_STEP * STEPS_OF_A_PART * size / Math.max(length, 1);
    }

    /** The budget is spent. Carries no stack trace. */
    static final class SpentException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        SpentException() {
            super("the budget is spent", null, false, false);
        }
    }
}
