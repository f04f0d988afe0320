/**
 * Governed data: connectors to other people's databases, and data products, each a view on one connector with exactly
 * one operation.
 *
 * <p>Promises: identifiers come from a product that was checked against its source's schema, and values are always bound;
 * what a request names beyond the product's fields is refused before anything is asked of a database; no row, no value and
 * no driver's message is in a log or an exception; another tenant's connector or product answers exactly like one that does
 * not exist. What a write did is known, found out, or said to be unknown; it is never guessed.
 *
 * <p>May call {@code policy}, {@code secret}, {@code identity} and {@code store}.
 */
@NullMarked
package com.tracemem.product;

import org.jspecify.annotations.NullMarked;
