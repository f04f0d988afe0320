package com.tracemem.admin;

import com.tracemem.approval.Approval;
import com.tracemem.approval.ApprovalRequest;
import com.tracemem.approval.Approvals;
import com.tracemem.decision.AutomationMode;
import com.tracemem.decision.Decision;
import com.tracemem.decision.Decisions;
import com.tracemem.decision.NewDecision;
import com.tracemem.decision.ProposedAction;
import com.tracemem.identity.Agent;
import com.tracemem.identity.AgentPermissions;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.identity.Agents;
import com.tracemem.identity.Role;
import com.tracemem.identity.Tenant;
import com.tracemem.identity.Tenants;
import com.tracemem.trace.Outcome;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A tenant with people, an agent, and a webhook that nobody listens to. */
final class World {
    final AdminServer server;
    final Tenant tenant;
    final Caller admin;
    final Caller approver;
    final AgentPrincipal agent;

    World(AdminServer server) {
        this.server = server;
        this.tenant = server.room(Tenants.class).create("Test");
        this.admin = Caller.of(server, tenant, Role.ADMIN);
        this.approver = Caller.of(server, tenant, Role.APPROVER);
        Agent made =
                server.room(Agents.class).create(tenant.tenantId(), "discounts", null, AgentPermissions.everything());
        this.agent = new AgentPrincipal(tenant.tenantId(), made.agentId(), made.name(), "key_x", made.permissions());
    }

    /** A new webhook's id. */
    String webhook(String name) {
        Caller.Answer made = admin.post(
                "/v1/admin/integrations/webhook",
                "{\"name\": \"%s\", \"url\": \"http://127.0.0.1:9/hook\"}".formatted(name));
        return text(made.json(), "webhook_id");
    }

    /**
     * A new route's id.
     *
     * @param more further fields, each with a comma before it
     */
    String route(String name, String more) {
        Caller.Answer made = admin.post(
                "/v1/admin/approval-routes",
                "{\"name\": \"%s\", \"integration_id\": \"%s\"%s}".formatted(name, webhook(name), more));
        return text(made.json(), "approval_route_id");
    }

    Decision decision(String intent) {
        return done(server.room(Decisions.class)
                .create(agent, new NewDecision(intent, AutomationMode.PROPOSE, null, null, null, null, null)));
    }

    Approval approval(Decision decision, String routeId, @Nullable JsonNode proposedAction) {
        return done(server.room(Approvals.class)
                .request(
                        agent,
                        new ApprovalRequest(
                                decision.decisionId(),
                                "20% off",
                                "Please",
                                routeId,
                                null,
                                null,
                                proposedAction == null ? null : ProposedAction.elsewhere(proposedAction),
                                null)));
    }

    static <R> R done(Outcome<R> outcome) {
        return switch (outcome) {
            case Outcome.Done<R>(R value) -> value;
            case Outcome.Refused<R> refused ->
                throw new AssertionError(refused.refusal().sentence());
        };
    }

    static String text(JsonNode json, String field) {
        return json.required(field).stringValue();
    }
}
