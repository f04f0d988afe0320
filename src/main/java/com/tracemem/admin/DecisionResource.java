package com.tracemem.admin;

import com.tracemem.decision.Decision;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/** A decision as the tenant's people see it. */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record DecisionResource(
        String decisionId,
        String agentId,
        String actor,
        String intent,
        String automationMode,
        String status,
        @Nullable String instance,
        @Nullable String version,
        @Nullable JsonNode metadata,
        Instant createdAt,
        @Nullable Instant closedAt,
        @Nullable String closeReason,
        @Nullable JsonNode closeSummary,
        int eventCount) {

    static DecisionResource of(Decision decision) {
        return new DecisionResource(
                decision.decisionId(),
                decision.agentId(),
                decision.actor(),
                decision.intent(),
                decision.automationMode().wireName(),
                decision.status().wireName(),
                decision.instance(),
                decision.version(),
                decision.metadata(),
                decision.createdAt(),
                decision.closedAt(),
                decision.closeReason(),
                decision.closeSummary(),
                decision.eventCount());
    }
}
