package com.tracemem.product;

import org.jspecify.annotations.Nullable;

/**
 * The bounds of a product.
 *
 * @param rowLimit most records of one answer, 1 to {@value #LARGEST_ROW_LIMIT}
 * @param resultMode the most that a request may ask for, and what it gets when it does not say
 * @param maxAffected most rows that one write may touch; null for one for each of its records
 * @param returnCreated whether an insert answers with the records as the database made them
 */
public record Restrictions(
        int rowLimit, ResultMode resultMode, @Nullable Integer maxAffected, boolean returnCreated) {
    public static final int LARGEST_ROW_LIMIT = 1000;
    /** Most records of one write, and the largest that {@code maxAffected} can be. */
    public static final int MOST_RECORDS = 1000;

    public static final Restrictions DEFAULT = new Restrictions(100, ResultMode.MULTIPLE, null, false);

    public Restrictions {
        if (rowLimit < 1 || rowLimit > LARGEST_ROW_LIMIT) {
            throw new IllegalArgumentException("row_limit is from 1 to " + LARGEST_ROW_LIMIT + ", not " + rowLimit);
        }
        if (maxAffected != null && (maxAffected < 1 || maxAffected > MOST_RECORDS)) {
            throw new IllegalArgumentException("max_affected is from 1 to " + MOST_RECORDS + ", not " + maxAffected);
        }
    }
}
