package com.tracemem.approval;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.tracemem.trace.CanonicalJson;
import com.tracemem.trace.Sha256;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an agent asks of a human.
 *
 * @param title null for one made from the decision's intent
 * @param approvalRouteId null for the tenant's default route
 * @param requireRationale true asks for one even where the route does not; an agent cannot waive the route's
 * @param expiresInSeconds an agent can shorten the route's time, not lengthen it
 * @param proposedAction {@code {product, operation, mutation}}: the approval then covers this action and nothing else
 */
public record ApprovalRequest(
        String decisionId,
        @Nullable String title,
        @Nullable String message,
        @Nullable String approvalRouteId,
        @Nullable Boolean requireRationale,
        @Nullable Integer expiresInSeconds,
        @Nullable JsonNode proposedAction,
        @Nullable String idempotencyKey) {

    /** The longest an approval may wait. */
    public static final Duration LONGEST_WAIT = Duration.ofDays(31);

    /** Written as JSON; a larger action could not be shown whole to those who approve it. */
    public static final int LARGEST_ACTION_BYTES = 8 * 1024;

    public ApprovalRequest {
        int actionBytes = proposedAction == null ? 0 : proposedAction.toString().getBytes(UTF_8).length;
        if (actionBytes > LARGEST_ACTION_BYTES) {
            throw new IllegalArgumentException("proposed_action has " + actionBytes + " bytes, and at most "
                    + LARGEST_ACTION_BYTES
                    + " can be shown whole to an approver: propose a smaller action, or name what"
                    + " is large by a reference or a digest");
        }
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
        json.set("proposed_action", proposedAction);
        return CanonicalJson.of(json).digest();
    }
}
