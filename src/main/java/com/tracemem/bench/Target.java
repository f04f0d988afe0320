package com.tracemem.bench;

import java.net.InetSocketAddress;

/**
 * The prepared server: where it is, and what the generator needs to be an agent and an approver of it.
 *
 * @param incomingSecret signs answers to approvals ({@code whsec_…})
 */
record Target(InetSocketAddress address, String agentKey, String integrationId, String incomingSecret, String routeId) {

    String host() {
        return "127.0.0.1:" + address.getPort();
    }

    Prepared tool(String name, String arguments) {
        return Prepared.tool(host(), agentKey, name, arguments);
    }

    Prepared create(String intent) {
        return tool("decision_create", "{\"intent\":\"" + intent + "\",\"automation_mode\":\"propose\"}");
    }

    Prepared requestApproval() {
        return tool(
                "decision_request_approval",
                "{\"decision_id\":\"$id\",\"approval_route_id\":\"" + routeId
                        + "\",\"title\":\"Discount of 25 % for Acme Corp\",\"message\":\"The customer asked twice.\"}");
    }

    @Override
    public String toString() {
        return "Target[" + host() + "]";
    }
}
