package com.tracemem.identity;

/**
 * One thing wrong with one field of an input.
 *
 * @param field where, as a path: {@code name}, {@code permissions.products[0].purposes}
 * @param message what came and what would be right; never the value of a secret
 */
public record FieldError(String field, String message) {}
