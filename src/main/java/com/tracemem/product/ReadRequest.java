package com.tracemem.product;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A read as an agent asked for it.
 *
 * @param query fields with values or operators, {@code order_by} and {@code limit}; null for no condition
 * @param allowMultiple false is the same as {@code single}; null when it was not said
 * @param limit most records wanted; null for the product's
 */
public record ReadRequest(
        @Nullable JsonNode query,
        @Nullable Boolean allowMultiple,
        @Nullable ResultMode resultMode,
        @Nullable Integer limit) {}
