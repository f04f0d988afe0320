package com.tracemem.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tracemem.policy.Examples;
import com.tracemem.policy.Policies;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The published client's complete workflow, with each of the outcomes that a policy can have. */
class PolicyWorkflowTest {
    private static final String ROUTE = "route_discount_manager";
    private static final String POLICY = "discount_cap_v1";

    private static TestServer server;
    private static TestReceiver receiver;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        receiver = TestReceiver.start();
        server.route(server.first(), ROUTE, server.webhook(server.first(), receiver), false);
        Policies policies = server.room(Policies.class);
        policies.saveDraft(server.first().tenantId(), Examples.discountCap(), "usr_test");
        assertThat(policies.publish(server.first().tenantId(), POLICY, "usr_test"))
                .isInstanceOf(Policies.Published.Done.class);
    }

    @AfterAll
    static void stop() throws IOException {
        receiver.close();
        server.close();
    }

    private static AgentClient agent() throws IOException {
        return new AgentClient(server.baseUrl(), server.first().agentKey());
    }

    private static String open(AgentClient agent) throws IOException {
        return agent.call(
                        "decision_create", Map.of("intent", "customer.discount.evaluate", "automation_mode", "propose"))
                .path("decision_id")
                .asString();
    }

    private static JsonNode evaluate(AgentClient agent, String decisionId, double discount) throws IOException {
        return agent.call(
                "decision_evaluate",
                Map.of(
                        "decision_id",
                        decisionId,
                        "policy_id",
                        POLICY,
                        "inputs",
                        Map.of("proposed_discount", discount, "customer_tier", "standard", "order_value", 10000)));
    }

    @Test
    void whatIsAllowedIsCommitted() throws IOException {
        try (AgentClient agent = agent()) {
            String decisionId = open(agent);
            JsonNode result = evaluate(agent, decisionId, 0.1);
            assertThat(result.path("outcome").asString()).isEqualTo("allow");
            assertThat(result.path("allowed").asBoolean()).isTrue();
            assertThat(result.path("policy_version").asInt()).isPositive();
            assertThat(agent.call("decision_close", Map.of("decision_id", decisionId, "action", "commit"))
                            .path("status")
                            .asString())
                    .isEqualTo("committed");
        }
    }

    @Test
    void whatIsDeniedIsAbortedWithThePolicysReason() throws IOException {
        try (AgentClient agent = agent()) {
            String decisionId = open(agent);
            JsonNode result = evaluate(agent, decisionId, 0.75);
            assertThat(result.path("outcome").asString()).isEqualTo("deny");
            assertThatThrownBy(
                            () -> agent.call("decision_close", Map.of("decision_id", decisionId, "action", "commit")))
                    .hasMessage(
                            "Policy 'discount_cap_v1' denied this action: A discount of 0.75 is more than 0.5, which"
                                    + " nobody may give");
            JsonNode closed = agent.call(
                    "decision_close",
                    Map.of(
                            "decision_id",
                            decisionId,
                            "action",
                            "abort",
                            "reason",
                            result.at("/rationale/message").asString()));
            assertThat(closed.path("status").asString()).isEqualTo("aborted");
        }
    }

    @Test
    void anExceptionIsAskedForOverThePolicysRoute() throws IOException {
        try (AgentClient agent = agent()) {
            String decisionId = open(agent);
            JsonNode result = evaluate(agent, decisionId, 0.25);
            assertThat(result.path("outcome").asString()).isEqualTo("requires_exception");
            assertThat(result.path("requires_approval").asBoolean()).isTrue();
            assertThat(result.path("approval_route_id").asString()).isEqualTo(ROUTE);
            assertThat(result.at("/rationale/nearest_allowed/proposed_discount").asDouble())
                    .isEqualTo(0.15);
            JsonNode approval = agent.call(
                    "decision_request_approval",
                    Map.of(
                            "decision_id",
                            decisionId,
                            "title",
                            "Discount Approval Required",
                            "message",
                            "Customer requesting 25% discount. "
                                    + result.at("/rationale/message").asString()));
            assertThat(approval.path("approval_route_id").asString()).isEqualTo(ROUTE);
            TestReceiver.Message message = receiver.next();
            assertThat(message.decisionId()).isEqualTo(decisionId);
            assertThat(receiver.answer(server.baseUrl(), message.approvalId(), "approved", "A good customer")
                            .status())
                    .isEqualTo(200);
            assertThat(agent.call("decision_close", Map.of("decision_id", decisionId, "action", "commit"))
                            .path("status")
                            .asString())
                    .isEqualTo("committed");
            JsonNode events = agent.call("decision_trace", Map.of("decision_id", decisionId))
                    .path("events");
            assertThat(events.valueStream().map(event -> event.path("type").asString()))
                    .contains("evaluate");
        }
    }

    /** Who answers over a webhook is told of every exception that the answer allows, and so is who reads the inbox. */
    @Test
    void severalExceptionsAreShownTogether() throws IOException {
        Policies policies = server.room(Policies.class);
        String tenant = server.first().tenantId();
        policies.saveDraft(tenant, """
                policy_id: large_orders
                inputs: {type: object}
                rules:
                  - id: large
                    when: 'true'
                    outcome: requires_exception
                    message: A large order
                    approval: {route: route_of_nobody, require_rationale: true}
                default: deny
                """, "usr_test");
        assertThat(policies.publish(tenant, "large_orders", "usr_test")).isInstanceOf(Policies.Published.Done.class);
        try (AgentClient agent = agent()) {
            String decisionId = open(agent);
            agent.call(
                    "decision_evaluate",
                    Map.of("decision_id", decisionId, "policy_id", "large_orders", "inputs", Map.of()));
            evaluate(agent, decisionId, 0.25);
            JsonNode asked = agent.call("decision_request_approval", Map.of("decision_id", decisionId));
            assertThat(asked.path("approval_route_id").asString()).isEqualTo(ROUTE);
            assertThat(asked.at("/warnings/0").asString())
                    .isEqualTo("Policy 'large_orders' names route 'route_of_nobody'; its exception is asked for over '"
                            + ROUTE + "' with this request");
            JsonNode data = receiver.next().body().path("data");
            assertThat(data.path("require_rationale").asBoolean()).isTrue();
            assertThat(data.at("/policy/policy_id").asString()).isEqualTo(POLICY);
            assertThat(data.at("/policy/message").asString())
                    .endsWith("\nAlso policy 'large_orders', rule 'large': A large order");
            assertThat(data.path("policies").valueStream())
                    .extracting(policy -> policy.path("policy_id").asString())
                    .containsExactly(POLICY, "large_orders");
            assertThat(receiver.answer(
                                    server.baseUrl(), data.path("approval_id").asString(), "approved", null)
                            .status())
                    .isEqualTo(422);
        }
    }

    @Test
    void aPolicyThatChangesLeavesTheExplanationIntact() throws IOException {
        try (AgentClient agent = agent()) {
            Policies policies = server.room(Policies.class);
            String tenant = server.first().tenantId();
            String decisionId = open(agent);
            JsonNode before = evaluate(agent, decisionId, 0.25);
            String explained = trace(agent, decisionId);
            policies.saveDraft(
                    tenant,
                    Examples.discountCap()
                            .replaceAll("(?s)\\ntests:.*", "\n")
                            .replace("> 0.15\n", "> 0.30\n")
                            .replace("needs", "wants"),
                    "usr_test");
            assertThat(policies.publish(tenant, POLICY, "usr_test")).isInstanceOf(Policies.Published.Done.class);
            try {
                assertThat(trace(agent, decisionId)).isEqualTo(explained);
                JsonNode again = evaluate(agent, decisionId, 0.25);
                assertThat(again.path("policy_version")).isEqualTo(before.path("policy_version"));
                assertThat(again.path("policy_hash")).isEqualTo(before.path("policy_hash"));
                assertThat(again.path("rationale")).isEqualTo(before.path("rationale"));
                JsonNode another = evaluate(agent, open(agent), 0.25);
                assertThat(another.path("outcome").asString()).isEqualTo("allow");
                assertThat(another.path("policy_version").asInt())
                        .isEqualTo(before.path("policy_version").asInt() + 1);
                // the version is still there to be read
                assertThat(policies.version(
                                        tenant,
                                        POLICY,
                                        before.path("policy_version").asInt())
                                .orElseThrow()
                                .hash()
                                .hex())
                        .isEqualTo(before.path("policy_hash").asString());
            } finally {
                policies.rollback(tenant, POLICY, before.path("policy_version").asInt(), "usr_test");
            }
        }
    }

    private static String trace(AgentClient agent, String decisionId) throws IOException {
        return agent.call("decision_trace", Map.of("decision_id", decisionId))
                .path("events")
                .toString();
    }

    @Test
    void mistakesAreNamed() throws IOException {
        try (AgentClient agent = agent()) {
            String decisionId = open(agent);
            assertThatThrownBy(() -> agent.call(
                            "decision_evaluate",
                            Map.of("decision_id", decisionId, "policy_id", "nope", "inputs", Map.of())))
                    .hasMessage("Policy 'nope' not found or not accessible");
            assertThatThrownBy(() ->
                            agent.call("decision_evaluate", Map.of("decision_id", decisionId, "policy_id", POLICY)))
                    .hasMessage("inputs is required");
            assertThatThrownBy(() -> agent.call(
                            "decision_evaluate",
                            Map.of(
                                    "decision_id",
                                    decisionId,
                                    "policy",
                                    POLICY,
                                    "inputs",
                                    Map.of("proposed_discount", "x"))))
                    .hasMessage("inputs do not fit policy 'discount_cap_v1': proposed_discount is text; give a number");
            JsonNode mine = agent.call("capabilities_get", Map.of()).at("/policies/0");
            assertThat(mine.path("policy_id").asString()).isEqualTo(POLICY);
            assertThat(mine.at("/inputs/properties/proposed_discount/type").asString())
                    .isEqualTo("number");
        }
    }
}
