package com.tracemem.policy;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a human is to be asked for an exception.
 *
 * @param route the approval route; null for the tenant's default route
 * @param expiresInSeconds null for the route's own time
 * @param requireRationale whether the approver has to say why, also where the route does not ask for it
 */
public record ApprovalTerms(
        @Nullable String route, @Nullable Integer expiresInSeconds, boolean requireRationale) {
    /** The longest an approval may wait. */
    public static final int LONGEST_WAIT_SECONDS = 31 * 24 * 3600;

    public static final ApprovalTerms NONE = new ApprovalTerms(null, null, false);

    public ApprovalTerms {
        if (expiresInSeconds != null && (expiresInSeconds < 1 || expiresInSeconds > LONGEST_WAIT_SECONDS)) {
            throw new IllegalArgumentException("An approval waits 1 to " + LONGEST_WAIT_SECONDS + " seconds");
        }
    }

    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        if (route != null) {
            json.put("route", route);
        }
        if (expiresInSeconds != null) {
            json.put("expires_in_seconds", expiresInSeconds);
        }
        return json.put("require_rationale", requireRationale);
    }
}
