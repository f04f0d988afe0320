package com.tracemem.product;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A write as an agent sent it, in any of the forms that the wire knows: {@code mutation: {operation, records}},
 * {@code mutation: {operation, field: value …}}, {@code operation} beside {@code mutation: {records}} or {@code {data}},
 * {@code keys: {column: value}} with {@code mutation: {fields}}, {@code keys: [column …]} with {@code mutation: {records}},
 * and {@code keys} alone to delete.
 */
public record WriteRequest(
        @Nullable JsonNode mutation,
        @Nullable String operation,
        @Nullable JsonNode keys) {}
