package com.tracemem.policy;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * An example that a document carries, and what has to come of it.
 *
 * @param name for people; the test's number when it has none
 * @param decision the decision's facts, where conditions use them
 * @param rule the id of the rule that has to match, or {@code default}; null for any
 */
record PolicyTest(
        String name,
        ObjectNode inputs,
        @Nullable ObjectNode decision,
        PolicyOutcome outcome,
        @Nullable String rule) {}
