/**
 * The approver's side of {@code serve --demo}: a webhook receiver with a small page to approve or reject. An outsider
 * that knows the product only by its public HTTP interfaces.
 *
 * <p>May call no room of the product; {@code server} alone starts it.
 */
@NullMarked
package com.tracemem.sandbox;

import org.jspecify.annotations.NullMarked;
