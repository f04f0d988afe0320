package com.tracemem.mcp.tool;

import com.tracemem.approval.Routes;
import com.tracemem.identity.AgentPermissions;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.policy.Policies;
import com.tracemem.policy.Policy;
import com.tracemem.policy.PolicyVersion;
import com.tracemem.trace.Outcome;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code capabilities_get}: what this agent may do here. */
final class CapabilitiesGet implements Tool {
    private static final String NAME = "capabilities_get";
    private static final ToolDefinition DEFINITION = new ToolDefinition(
            NAME,
            "Get capabilities",
            "Says who you are here and what you may do: data products with purposes, policies, approval routes, tools.",
            Schema.of(),
            Schema.of(
                    Field.required("agent_id", Type.text(), "Your id."),
                    Field.required("name", Type.text(), "Your name."),
                    Field.required(
                            "permissions",
                            Type.object(Schema.of(
                                    Field.required(
                                            "data_products",
                                            Type.list(Type.object()),
                                            "Each with product_id and purposes; * stands for all."),
                                    Field.required("policies", Type.list(Type.text()), "Ids; * stands for all."),
                                    Field.required(
                                            "request_approvals", Type.flag(), "Whether you may ask a human at all."))),
                            "What you may use."),
                    Field.required(
                            "approval_routes",
                            Type.list(Type.object()),
                            "The routes you may ask over: approval_route_id, name, require_rationale, expires_in_seconds."),
                    Field.required(
                            "policies",
                            Type.list(Type.object()),
                            "The policies you may evaluate: policy_id, policy_version, description, inputs (a JSON Schema)."),
                    Field.optional(
                            "policies_left_out",
                            Type.count(),
                            "How many more policies you may evaluate, by their ids; absent when all are listed."),
                    Field.required("tools", Type.list(Type.text()), "The tools there are."),
                    Field.required(
                            "server",
                            Type.object(Schema.of(
                                    Field.required("name", Type.text(), "The product."),
                                    Field.required("version", Type.text(), "Its version."))),
                            "Which server this is.")),
            ToolDefinition.Hints.READS);

    private final Routes routes;
    private final Policies policies;
    private final ServerInfo server;
    private final List<String> toolNames;

    /** @param others the tools that are there besides this one */
    CapabilitiesGet(Routes routes, Policies policies, ServerInfo server, List<Tool> others) {
        this.routes = routes;
        this.policies = policies;
        this.server = server;
        this.toolNames = Stream.concat(
                        others.stream().map(tool -> tool.definition().name()), Stream.of(NAME))
                .toList();
    }

    @Override
    public ToolDefinition definition() {
        return DEFINITION;
    }

    @Override
    public Outcome<ObjectNode> call(AgentPrincipal agent, Arguments arguments) {
        Policies.Usable usable = policies.usableBy(agent);
        Answer answer = new Answer()
                .with("agent_id", agent.agentId())
                .with("name", agent.name())
                .with("permissions", permissions(agent.permissions()))
                .with("approval_routes", routes(agent))
                .with("policies", policies(usable))
                .with("tools", Answer.texts(toolNames))
                .with("server", new Answer().with("name", server.name()).with("version", server.version()));
        if (usable.leftOut() > 0) {
            answer.with("policies_left_out", usable.leftOut());
        }
        return Outcome.done(answer.json());
    }

    private static Answer permissions(AgentPermissions permissions) {
        ArrayNode products = JsonNodeFactory.instance.arrayNode();
        permissions
                .products()
                .forEach(product -> products.add(new Answer()
                        .with("product_id", product.productId())
                        .with("purposes", Answer.texts(product.purposes()))
                        .json()));
        return new Answer()
                .with("data_products", products)
                .with("policies", Answer.texts(permissions.policies()))
                .with("request_approvals", permissions.requestApprovals());
    }

    private ArrayNode routes(AgentPrincipal agent) {
        ArrayNode usable = JsonNodeFactory.instance.arrayNode();
        if (agent.permissions().requestApprovals()) {
            routes.usableBy(agent)
                    .forEach(route -> usable.add(new Answer()
                            .with("approval_route_id", route.approvalRouteId())
                            .with("name", route.name())
                            .with("require_rationale", route.requireRationale())
                            .with("expires_in_seconds", route.expiresIn().toSeconds())
                            .json()));
        }
        return usable;
    }

    private ArrayNode policies(Policies.Usable usable) {
        ArrayNode listed = JsonNodeFactory.instance.arrayNode();
        for (PolicyVersion version : usable.policies()) {
            policies.usable(version)
                    .map(Policy::document)
                    .ifPresent(document -> listed.add(new Answer()
                            .with("policy_id", version.policyId())
                            .with("policy_version", version.version())
                            .with("description", document.description())
                            .with("inputs", document.json().get("inputs"))
                            .json()));
        }
        return listed;
    }
}
