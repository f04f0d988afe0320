/**
 * Databases behind JDBC: PostgreSQL, and MariaDB or MySQL. Builds statements, keeps a small pool for each connector that is
 * in use, and says what became of a transaction.
 *
 * <p>May call {@code secret}, {@code identity}, {@code store} and its own room.
 */
@NullMarked
package com.tracemem.product.jdbc;

import org.jspecify.annotations.NullMarked;
