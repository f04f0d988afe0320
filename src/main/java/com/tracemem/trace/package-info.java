/**
 * The ledger: canonical leaves, a hash chain for each decision, and a gap-free sequence for each tenant. What was
 * acknowledged is durable; what was written is never changed.
 *
 * <p>May call {@code identity} and {@code store}.
 */
@NullMarked
package com.tracemem.trace;

import org.jspecify.annotations.NullMarked;
