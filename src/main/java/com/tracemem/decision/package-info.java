/**
 * The decision envelope: its states, the only moves between them, and what may be written in which state.
 *
 * <p>May call {@code policy}, {@code product}, {@code trace}, {@code identity} and {@code store}.
 */
@NullMarked
package com.tracemem.decision;

import org.jspecify.annotations.NullMarked;
