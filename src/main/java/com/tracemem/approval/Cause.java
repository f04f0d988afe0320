package com.tracemem.approval;

import com.tracemem.decision.PolicyState;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Why a human is asked: an exception that a policy requires, and that a yes allows.
 *
 * @param message what the policy says
 * @param approvalRouteId the route that the policy names; null where it names none
 */
public record Cause(
        String policyId,
        int policyVersion,
        String rule,
        String message,
        @Nullable String approvalRouteId) {
    private static final String OUTCOME = "requires_exception";

    static Cause of(PolicyState state) {
        return new Cause(state.policyId(), state.version(), state.rule(), state.message(), state.approvalRouteId());
    }

    /** As approvers are shown it: {@code {policy_id, policy_version, outcome, message, rule, approval_route_id?}}. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("policy_id", policyId);
        json.put("policy_version", policyVersion);
        json.put("outcome", OUTCOME);
        json.put("message", message);
        json.put("rule", rule);
        if (approvalRouteId != null) {
            json.put("approval_route_id", approvalRouteId);
        }
        return json;
    }

    static Cause read(JsonNode json) {
        return new Cause(
                json.required("policy_id").stringValue(),
                json.required("policy_version").intValue(),
                json.required("rule").stringValue(),
                json.required("message").stringValue(),
                json.path("approval_route_id").asStringOpt().orElse(null));
    }
}
