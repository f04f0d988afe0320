package com.tracemem.policy;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a policy's text, each with its place. */
final class Problems {
    /** Enough to work on; a text with more is wrong as a whole. */
    private static final int MOST = 50;

    private static final int ENOUGH = 20;

    private final PolicyText text;
    private final List<PolicyProblem> problems = new ArrayList<>();

    Problems(PolicyText text) {
        this.text = text;
    }

    void add(String field, String message) {
        add(field, text.placeOf(field), message);
    }

    void add(String field, PolicyText.Place place, String message) {
        if (problems.size() < MOST) {
            problems.add(new PolicyProblem(field, place.lineOrNull(), place.columnOrNull(), message));
        }
    }

    /** At a character of the text that the field holds. */
    void addWithin(String field, String value, int line, int column, String message) {
        add(field, text.placeWithin(field, value, line, column), message);
    }

    /** Whether it is not worth while to look for more with much work. */
    boolean areEnough() {
        return problems.size() >= ENOUGH;
    }

    /** Whether there are so many that another one is not kept. */
    boolean isFull() {
        return problems.size() >= MOST;
    }

    boolean isEmpty() {
        return problems.isEmpty();
    }

    List<PolicyProblem> all() {
        return List.copyOf(problems);
    }

    void throwIfAny() {
        if (!problems.isEmpty()) {
            throw new InvalidPolicyException(problems);
        }
    }
}
