package com.tracemem.admin;

import com.tracemem.approval.Approval;
import com.tracemem.approval.ApprovalView;
import com.tracemem.approval.Approver;
import com.tracemem.decision.Decision;
import com.tracemem.trace.Sha256;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * An approval with everything that its approver needs to see.
 *
 * @param actionDigest hexadecimal SHA-256 of the canonical proposed action, the only one that an approval covers; null
 *     when it covers the decision
 * @param approvers who may answer, by e-mail address, id or role; empty for whoever can reach the destination
 * @param policy why a human is asked, as the policy said; null without one. Of several exceptions the newest, whose message
 *     tells of the others
 * @param policies every exception that a yes allows, the newest first:
 *     {@code {policy_id, policy_version, outcome, message, rule, approval_route_id?}}
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
@Schema(name = "Approval")
record ApprovalResource(
        String approvalId,
        String decisionId,
        String agentId,

        @Schema(allowableValues = {"pending", "approved", "rejected", "expired", "cancelled"})
        String status,

        int sequence,
        String title,
        @Nullable String message,
        String approvalRouteId,
        int routeVersion,
        String integrationId,
        boolean requireRationale,
        @Nullable JsonNode proposedAction,
        @Nullable String actionDigest,
        List<String> approvers,
        int requiredVotes,
        Instant requestedAt,
        Instant expiresAt,
        @Nullable Instant resolvedAt,
        @Nullable Answerer approver,
        @Nullable String rationale,
        Delivery delivery,
        Envelope decision,
        @Nullable JsonNode policy,
        List<JsonNode> policies,
        List<Context> context) {

    /** Who answered, and over what. */
    @Schema(name = "Approver")
    record Answerer(
            @Nullable String id,
            @Nullable String name,
            @Nullable String email,
            @Nullable String role,
            String channel) {}

    /** Whether the request reached its destination. */
    @Schema(name = "ApprovalDelivery")
    record Delivery(
            @Schema(allowableValues = {"pending", "delivered", "failed", "not_sent", "unknown"})
            String status) {}

    /** The decision that waits. */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    @Schema(name = "ApprovalDecision")
    record Envelope(String intent, String automationMode, String actor, String agentId, String status) {}

    /** What the agent said before it asked. */
    @Schema(name = "ApprovalContext")
    record Context(String summary) {}

    static ApprovalResource of(ApprovalView view) {
        Approval approval = view.approval();
        Decision decision = view.decision();
        Sha256 digest = approval.actionDigest();
        return new ApprovalResource(
                approval.approvalId(),
                approval.decisionId(),
                approval.agentId(),
                approval.status().wireName(),
                approval.sequence(),
                approval.title(),
                approval.message(),
                approval.approvalRouteId(),
                approval.routeVersion(),
                approval.integrationId(),
                approval.requireRationale(),
                approval.proposedAction(),
                digest == null ? null : digest.hex(),
                approval.approvers(),
                approval.requiredVotes(),
                approval.requestedAt(),
                approval.expiresAt(),
                approval.resolvedAt(),
                answerer(approval.approver()),
                approval.rationale(),
                new Delivery(approval.deliveryStatus().wireName()),
                new Envelope(
                        decision.intent(),
                        decision.automationMode().wireName(),
                        decision.actor(),
                        decision.agentId(),
                        decision.status().wireName()),
                view.policy(),
                view.policies(),
                view.contextSummaries().stream().map(Context::new).toList());
    }

    private static @Nullable Answerer answerer(@Nullable Approver by) {
        return by == null ? null : new Answerer(by.id(), by.name(), by.email(), by.role(), by.channel());
    }
}
