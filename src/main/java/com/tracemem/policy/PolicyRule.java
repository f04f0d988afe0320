package com.tracemem.policy;

/**
 * One rule; the first that matches counts.
 *
 * @param when a condition in CEL over {@code inputs} and {@code decision}
 */
record PolicyRule(String id, String when, Verdict verdict) {}
