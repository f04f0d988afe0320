package com.tracemem.approval;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Where the question of an approval goes, and under which terms it is answered.
 *
 * @param route the destination within the integration; a webhook needs none
 * @param approvers ids, e-mail addresses or roles of those who may answer; empty for whoever can reach the destination
 * @param allowedAgents ids of the agents that may use the route; empty for every agent whose permissions name it
 * @param version counts the changes, from 1
 */
public record Route(
        String tenantId,
        String approvalRouteId,
        String name,
        String integrationId,
        @Nullable JsonNode route,
        boolean requireRationale,
        Duration expiresIn,
        List<String> approvers,
        OnExpiry onExpiry,
        boolean requireBoundAction,
        List<String> allowedAgents,
        int version,
        Instant createdAt,
        Instant updatedAt) {

    /** What an administrator may choose as an id. */
    public static final Pattern ID = Pattern.compile("[a-z0-9_-]{1,64}");

    public static final Duration DEFAULT_EXPIRY = Duration.ofHours(24);

    /** What becomes of the decision when nobody answers in time. */
    public enum OnExpiry {
        /** It goes on waiting; the agent may ask again. */
        KEEP,
        /** It ends as if a human had rejected it. */
        REJECT;

        public String wireName() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    public Route {
        approvers = List.copyOf(approvers);
        allowedAgents = List.copyOf(allowedAgents);
        if (expiresIn.compareTo(Duration.ofSeconds(1)) < 0 || expiresIn.compareTo(ApprovalRequest.LONGEST_WAIT) > 0) {
            throw new IllegalArgumentException(
                    "A route's approvals expire after 1 second to 31 days, not " + expiresIn);
        }
    }

    boolean allows(String agentId) {
        return allowedAgents.isEmpty() || allowedAgents.contains(agentId);
    }
}
