package com.tracemem.identity;

import java.time.Instant;
import java.util.Optional;

/** An AI agent that may ask; its keys prove who it is. */
public record Agent(
        String tenantId,
        String agentId,
        String name,
        Optional<String> description,
        Status status,
        AgentPermissions permissions,
        Instant createdAt,
        Instant updatedAt) {

    /** A disabled agent's keys do not work until it is active again. */
    public enum Status {
        ACTIVE,
        DISABLED
    }
}
