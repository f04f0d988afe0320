package com.tracemem.store;

import org.jspecify.annotations.Nullable;

/**
 * Which page of a list is wanted.
 *
 * @param limit most rows, 1 to 200
 * @param after null for the first page
 */
public record PageRequest(int limit, @Nullable Cursor after) {
    public static final int DEFAULT_LIMIT = 50;
    public static final int LARGEST_LIMIT = 200;

    public PageRequest {
        if (limit < 1 || limit > LARGEST_LIMIT) {
            throw new IllegalArgumentException("limit must be from 1 to " + LARGEST_LIMIT + ", but is " + limit);
        }
    }

    /**
     * From a request's parameters, null where absent.
     *
     * @param keyParts how many parts the list's sort key has
     * @throws IllegalArgumentException with a sentence for the caller
     */
    public static PageRequest of(@Nullable Integer limit, @Nullable String cursor, int keyParts) {
        return new PageRequest(
                limit == null ? DEFAULT_LIMIT : limit,
                cursor == null || cursor.isEmpty() ? null : Cursor.decode(cursor, keyParts));
    }

    /** How many rows to select: one more than wanted tells whether another page follows. */
    public int fetch() {
        return limit + 1;
    }
}
