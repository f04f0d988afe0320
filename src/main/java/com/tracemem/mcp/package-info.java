/**
 * The agents' door: JSON-RPC 2.0 over one HTTP endpoint, with one class per tool. Translates requests into calls of
 * the rooms below and their outcomes into the documented results and errors, in one place.
 *
 * <p>May call {@code decision}, {@code approval}, {@code product}, {@code policy}, {@code trace} and {@code identity}.
 */
@NullMarked
package com.tracemem.mcp;

import org.jspecify.annotations.NullMarked;
