/**
 * Policies: documents, their published versions, and their evaluation. Evaluating is a pure function of a document, the
 * inputs and the decision's fixed facts: it sees no clock, no socket and no random number, and its cost is bounded.
 *
 * <p>May call {@code trace}, {@code identity} and {@code store}.
 */
@NullMarked
package com.tracemem.policy;

import org.jspecify.annotations.NullMarked;
