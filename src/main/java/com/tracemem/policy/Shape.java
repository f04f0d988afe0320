package com.tracemem.policy;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What is known of a value before it is there, from its JSON Schema: enough to check conditions and to convert it. */
sealed interface Shape {
    /** Always converted to a double, so that {@code 1} and {@code 1.0} are the same input. */
    record Decimal() implements Shape {}

    record Whole() implements Shape {}

    record Text() implements Shape {}

    record Flag() implements Shape {}

    record ListOf(Shape item) implements Shape {}

    /**
     * An object with known fields, and no others as far as conditions go.
     *
     * @param name {@code inputs}, {@code inputs.customer}
     */
    record Fields(String name, Map<String, Shape> fields) implements Shape {
        public Fields {
            fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        }
    }

    /** An object whose fields are not known. */
    record OpenObject() implements Shape {}

    record Anything() implements Shape {}
}
