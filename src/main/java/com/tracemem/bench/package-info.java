/**
 * The load generator behind {@code bench}. An outsider that speaks HTTP and JDBC to the product under test, with kept
 * connections and prepared bytes, so that it measures the product rather than itself.
 *
 * <p>May call no room of the product; {@code server} alone starts it.
 */
@NullMarked
package com.tracemem.bench;

import org.jspecify.annotations.NullMarked;
