package com.tracemem.product;

/**
 * One field of what a product exposes.
 *
 * @param name how agents call it
 * @param column how the source calls it
 * @param nullable whether it may be null
 * @param primaryKey whether it is part of the source's primary key
 * @param key whether an update or delete may say by it which records are meant
 * @param masked whether its values are never shown; it cannot be asked about either
 * @param writable whether an insert or update may set it
 * @param bounds what its column takes: of what is only read or a key, just which form texts have
 */
public record Field(
        String name,
        String column,
        FieldType type,
        boolean nullable,
        boolean primaryKey,
        boolean key,
        boolean masked,
        boolean writable,
        Bounds bounds) {}
