package com.tracemem.product;

import java.util.List;

/**
 * One comparison of a field.
 *
 * @param values as the field's type has them in Java; one, or for {@code IN} several, or for {@code IS_NULL} none
 */
public record Condition(Field field, Operator operator, List<Object> values) {

    public Condition {
        values = List.copyOf(values);
    }

    /** How a field is compared. */
    public enum Operator {
        EQ,
        NE,
        GT,
        GTE,
        LT,
        LTE,
        IN,
        LIKE,
        IS_NULL,
        IS_NOT_NULL
    }

    /** By what an answer is sorted. */
    public record Order(Field field, boolean descending) {}
}
