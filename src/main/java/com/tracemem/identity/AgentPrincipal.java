package com.tracemem.identity;

/**
 * The agent behind a request: who it is, by which key, and what it may do.
 *
 * @param name the agent's name, the default actor of its decisions
 */
public record AgentPrincipal(
        String tenantId, String agentId, String name, String keyId, AgentPermissions permissions) {}
