package com.tracemem.approval;

import com.tracemem.decision.Decision;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Everything that an approver needs to see.
 *
 * @param contextSummaries what the agent said about its context before it asked, oldest first, the newest twenty
 * @param policy why a human is asked, as the policy said: {@code {policy_id, outcome, message, rule}}; null without one. With
 *     several exceptions it is the newest one, and its message tells of the others
 * @param policies every exception that a yes allows, the newest first, with {@code policy_version} and
 *     {@code approval_route_id?} besides
 */
public record ApprovalView(
        Approval approval,
        Decision decision,
        List<String> contextSummaries,
        @Nullable JsonNode policy,
        List<JsonNode> policies) {
    public ApprovalView {
        policies = List.copyOf(policies);
        contextSummaries = List.copyOf(contextSummaries);
    }

    /** What the agent is about, in its own words. */
    public String intent() {
        return decision.intent();
    }

    /** As on the wire. */
    public String automationMode() {
        return decision.automationMode().wireName();
    }

    /** Who acts. */
    public String actor() {
        return decision.actor();
    }
}
