package com.tracemem.approval;

import com.tracemem.trace.DecisionKey;
import com.tracemem.trace.Sha256;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A question to a human about one decision, and its answer.
 *
 * @param proposedAction the one action that an approval covers, with what its product masks masked; null when it covers the
 *     decision ({@code unbound})
 * @param actionDigest of the very action, with every value
 * @param causes the exceptions that a yes allows, the newest first; empty when no policy required one
 * @param approvers who may answer, as the route said when the agent asked; empty for whoever can reach the destination
 * @param rejectOnExpiry whether expiry ends the decision
 * @param decisionSeq the request's place in the decision's trace; approvers are shown what came before it
 * @param sequence 1 when requested, one more with each change that approvers are told of
 */
public record Approval(
        String tenantId,
        String approvalId,
        String decisionId,
        String agentId,
        String approvalRouteId,
        int routeVersion,
        String integrationId,
        String title,
        @Nullable String message,
        boolean requireRationale,
        @Nullable JsonNode proposedAction,
        @Nullable Sha256 actionDigest,
        List<Cause> causes,
        List<String> approvers,
        boolean rejectOnExpiry,
        int requiredVotes,
        int decisionSeq,
        int sequence,
        ApprovalStatus status,
        Instant requestedAt,
        Instant expiresAt,
        @Nullable Instant resolvedAt,
        @Nullable Approver approver,
        @Nullable String rationale,
        DeliveryStatus deliveryStatus) {

    public Approval {
        causes = List.copyOf(causes);
        approvers = List.copyOf(approvers);
    }

    public DecisionKey decision() {
        return new DecisionKey(tenantId, decisionId);
    }

    public boolean isPending() {
        return status == ApprovalStatus.PENDING;
    }

    /** Whether its time is over, although nobody may have noted it yet. */
    public boolean isDue(Instant now) {
        return isPending() && !now.isBefore(expiresAt);
    }

    /** The same approval with its answer; {@code by} is null when no human gave it. */
    Approval resolved(ApprovalStatus result, Instant at, @Nullable Approver by, @Nullable String why) {
        if (!isPending() || result == ApprovalStatus.PENDING) {
            throw new IllegalStateException(
                    "Approval " + approvalId + " is " + status + " and cannot become " + result);
        }
        return with(result, sequence + 1, at, by, why, deliveryStatus);
    }

    Approval withDelivery(DeliveryStatus newDeliveryStatus) {
        return with(status, sequence, resolvedAt, approver, rationale, newDeliveryStatus);
    }

    private Approval with(
            ApprovalStatus newStatus,
            int newSequence,
            @Nullable Instant newResolvedAt,
            @Nullable Approver newApprover,
            @Nullable String newRationale,
            DeliveryStatus newDeliveryStatus) {
        return new Approval(
                tenantId,
                approvalId,
                decisionId,
                agentId,
                approvalRouteId,
                routeVersion,
                integrationId,
                title,
                message,
                requireRationale,
                proposedAction,
                actionDigest,
                causes,
                approvers,
                rejectOnExpiry,
                requiredVotes,
                decisionSeq,
                newSequence,
                newStatus,
                requestedAt,
                expiresAt,
                newResolvedAt,
                newApprover,
                newRationale,
                newDeliveryStatus);
    }
}
