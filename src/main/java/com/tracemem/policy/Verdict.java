package com.tracemem.policy;

import org.jspecify.annotations.Nullable;

/**
 * What a rule, or the default, says when it is the one that counts.
 *
 * @param message with placeholders such as {@code {proposed_discount}}; null for a plain sentence
 * @param approval how to ask for the exception; null where the outcome is another
 */
record Verdict(
        PolicyOutcome outcome,
        @Nullable String message,
        @Nullable ApprovalTerms approval) {}
