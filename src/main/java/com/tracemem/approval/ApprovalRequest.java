package com.tracemem.approval;

import com.tracemem.decision.ProposedAction;
import com.tracemem.trace.CanonicalJson;
import com.tracemem.trace.Sha256;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an agent asks of a human.
 *
 * @param title null for one made from the decision's intent
 * @param approvalRouteId null for the tenant's default route
 * @param requireRationale true asks for one even where the route does not; an agent cannot waive the route's
 * @param expiresInSeconds an agent can shorten the route's time, not lengthen it
 * @param proposedAction the approval then covers this action and nothing else
 */
public record ApprovalRequest(
        String decisionId,
        @Nullable String title,
        @Nullable String message,
        @Nullable String approvalRouteId,
        @Nullable Boolean requireRationale,
        @Nullable Integer expiresInSeconds,
        @Nullable ProposedAction proposedAction,
        @Nullable String idempotencyKey) {

    /** The longest an approval may wait. */
    public static final Duration LONGEST_WAIT = Duration.ofDays(31);

    public ApprovalRequest {
        if (expiresInSeconds != null && (expiresInSeconds < 1 || expiresInSeconds > LONGEST_WAIT.toSeconds())) {
            throw new IllegalArgumentException("expires_in_seconds must be from 1 to " + LONGEST_WAIT.toSeconds()
                    + " seconds, not " + expiresInSeconds);
        }
    }

    /** SHA-256 over everything that was asked, to tell a repeated request from another one. */
    Sha256 digest() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("title", title);
        json.put("message", message);
        json.put("approval_route_id", approvalRouteId);
        json.put("require_rationale", requireRationale);
        json.put("expires_in_seconds", expiresInSeconds);
        json.put(
                "proposed_action",
                proposedAction == null ? null : proposedAction.digest().hex());
        return CanonicalJson.of(json).digest();
    }
}
