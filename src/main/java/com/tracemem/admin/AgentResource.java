package com.tracemem.admin;

import com.tracemem.identity.Agent;
import com.tracemem.identity.AgentPermissions;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/** An agent as administrators see it. */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record AgentResource(
        String agentId,
        String name,
        @Nullable String description,
        String status,
        AgentPermissions permissions,
        Instant createdAt,
        Instant updatedAt) {

    static AgentResource of(Agent agent) {
        return new AgentResource(
                agent.agentId(),
                agent.name(),
                agent.description().orElse(null),
                agent.status().name().toLowerCase(Locale.ROOT),
                agent.permissions(),
                agent.createdAt(),
                agent.updatedAt());
    }
}
