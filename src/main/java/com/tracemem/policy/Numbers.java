package com.tracemem.policy;

import java.math.BigDecimal;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Numbers as they are shown: no fraction where there is none. */
final class Numbers {
    private static final double LARGEST_EXACT = 1L << 53;

    private Numbers() {}

    static JsonNode node(double value) {
        return value == Math.rint(value) && Math.abs(value) <= LARGEST_EXACT
                ? JsonNodeFactory.instance.numberNode((long) value)
                : JsonNodeFactory.instance.numberNode(BigDecimal.valueOf(value));
    }
}
