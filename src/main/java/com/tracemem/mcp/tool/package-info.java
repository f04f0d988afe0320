/**
 * What agents can call, one class per tool, behind {@link com.tracemem.mcp.tool.Tool}. A tool describes itself, reads
 * its arguments, calls the rooms below and puts their answer into the documented fields; it knows nothing of HTTP or
 * JSON-RPC. A new tool is one new class and one line in {@link com.tracemem.mcp.tool.AgentTools}.
 *
 * <p>May call what {@code mcp} may call.
 */
@NullMarked
package com.tracemem.mcp.tool;

import org.jspecify.annotations.NullMarked;
