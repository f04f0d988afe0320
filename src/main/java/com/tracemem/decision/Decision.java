package com.tracemem.decision;

import com.tracemem.trace.DecisionKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A decision envelope: what an agent means to do, and how far it has come.
 *
 * @param actor who acts, as the agent says; the agent's name unless it said otherwise
 * @param grantedApprovalId the newest approval that a human granted
 * @param eventCount events in its trace when it was read
 */
public record Decision(
        String tenantId,
        String decisionId,
        String agentId,
        String actor,
        String intent,
        AutomationMode automationMode,
        @Nullable String instance,
        @Nullable String version,
        @Nullable JsonNode metadata,
        DecisionStatus status,
        @Nullable String grantedApprovalId,
        Instant createdAt,
        @Nullable Instant closedAt,
        @Nullable String closeReason,
        @Nullable JsonNode closeSummary,
        int eventCount) {

    public DecisionKey key() {
        return new DecisionKey(tenantId, decisionId);
    }

    /**
     * The same decision in another status.
     *
     * @throws IllegalStateException when the state machine has no such move: a fault of ours, not of the caller
     */
    public Decision movedTo(DecisionStatus next) {
        if (!status.canMoveTo(next)) {
            throw new IllegalStateException("A decision that is " + status + " cannot become " + next);
        }
        return with(next, grantedApprovalId, closedAt, closeReason, closeSummary);
    }

    public Decision grantedBy(String approvalId) {
        return with(status, approvalId, closedAt, closeReason, closeSummary);
    }

    public Decision closed(Instant at, @Nullable String reason, @Nullable JsonNode summary) {
        return with(status, grantedApprovalId, at, reason, summary);
    }

    /** Without what an agent attached, which may be large. */
    Decision withoutAttachments() {
        return metadata == null && closeSummary == null
                ? this
                : new Decision(
                        tenantId,
                        decisionId,
                        agentId,
                        actor,
                        intent,
                        automationMode,
                        instance,
                        version,
                        null,
                        status,
                        grantedApprovalId,
                        createdAt,
                        closedAt,
                        closeReason,
                        null,
                        eventCount);
    }

    private Decision with(
            DecisionStatus newStatus,
            @Nullable String newGrantedApprovalId,
            @Nullable Instant newClosedAt,
            @Nullable String newCloseReason,
            @Nullable JsonNode newCloseSummary) {
        return new Decision(
                tenantId,
                decisionId,
                agentId,
                actor,
                intent,
                automationMode,
                instance,
                version,
                metadata,
                newStatus,
                newGrantedApprovalId,
                createdAt,
                newClosedAt,
                newCloseReason,
                newCloseSummary,
                eventCount);
    }
}
