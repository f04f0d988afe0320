/**
 * The agents' door: JSON-RPC 2.0 over one HTTP endpoint. Checks key, origin, rate and size, reads the request strictly,
 * hands tool calls to {@code mcp.tool}, and translates every outcome into the documented result or error, in one place
 * ({@link com.tracemem.mcp.RpcError}).
 *
 * <p>May call {@code decision}, {@code approval}, {@code trace} and {@code identity}; later {@code policy} and
 * {@code product} too.
 */
@NullMarked
package com.tracemem.mcp;

import org.jspecify.annotations.NullMarked;
