package com.tracemem.mcp.tool;

import com.tracemem.identity.AgentPrincipal;
import com.tracemem.trace.Outcome;
import tools.jackson.databind.node.ObjectNode;

/** Something that an agent can call. */
public interface Tool {

    /** What agents are told about it; the same at every call. */
    ToolDefinition definition();

    /**
     * Carries out one call.
     *
     * @return the answer's fields, as {@link ToolDefinition#output()} says
     * @throws RefusedException when an argument is missing or malformed
     * @throws com.tracemem.trace.NotCanonicalException when a value cannot be kept as evidence exactly
     * @throws InterruptedException when the server stops while the call waits
     */
    Outcome<ObjectNode> call(AgentPrincipal agent, Arguments arguments) throws InterruptedException;
}
