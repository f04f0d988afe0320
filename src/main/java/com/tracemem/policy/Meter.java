package com.tracemem.policy;

import dev.cel.common.ast.CelExpr;
import dev.cel.runtime.CelEvaluationListener;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Counts what conditions cost, in steps and in the size of the values they look at, and stops them when it is too much.
 * Not a clock: the same evaluation costs the same everywhere, so it is stopped everywhere or nowhere.
 */
final class Meter {
    /** A few milliseconds of work. */
    static final int BUDGET = 100_000;

    private static final int CHARACTERS_A_STEP = 32;
    private static final int DEAR_FACTOR = 256;

    private int left;

    Meter(int budget) {
        this.left = budget;
    }

    boolean isSpent() {
        return left < 0;
    }

    void spend(int steps) {
        left = Math.max(left - steps, -1);
        if (left < 0) {
            throw new SpentException();
        }
    }

    CelEvaluationListener listener(Condition condition) {
        return listener(condition.cheap(), condition.dear());
    }

    private CelEvaluationListener listener(Set<Long> cheap, Set<Long> dear) {
        return (CelExpr expr, Object value) -> {
            spend(1);
            if (!cheap.contains(expr.id())) {
                weigh(value, dear.contains(expr.id()) ? DEAR_FACTOR : 1);
            }
        };
    }

    private void weigh(Object value, int factor) {
        switch (value) {
            case String text -> spend(text.length() / CHARACTERS_A_STEP * factor);
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

    /** The budget is spent. Carries no stack trace. */
    static final class SpentException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        SpentException() {
            super("the budget is spent", null, false, false);
        }
    }
}
