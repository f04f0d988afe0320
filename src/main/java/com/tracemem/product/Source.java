package com.tracemem.product;

import org.jspecify.annotations.Nullable;

/** What a product is a view on. */
public sealed interface Source {

    /**
     * A table or view.
     *
     * @param schema null for the one the connection is in
     */
    record Table(@Nullable String schema, String name) implements Source {}

    /** A query that an administrator wrote: one select, for reading only. */
    record Query(String sql) implements Source {}
}
