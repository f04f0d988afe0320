package com.tracemem.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The published client's workflow: create, request, poll until a human answered, close. */
class SeedWorkflowTest {
    private static final String ROUTE = "route_discount_manager";

    private static TestServer server;
    private static TestReceiver receiver;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        receiver = TestReceiver.start();
        server.route(server.first(), ROUTE, server.webhook(server.first(), receiver), true);
    }

    @AfterAll
    static void stop() throws IOException {
        receiver.close();
        server.close();
    }

    @Test
    void anApprovedDecisionCommits() throws IOException {
        try (AgentClient agent =
                new AgentClient(server.baseUrl(), server.first().agentKey())) {
            String decisionId = request(agent);
            TestReceiver.Message message = receiver.next();
            assertThat(message.decisionId()).isEqualTo(decisionId);
            assertThat(receiver.answer(server.baseUrl(), message.approvalId(), "approved", null)
                            .status())
                    .isEqualTo(422);
            assertThat(receiver.answer(server.baseUrl(), message.approvalId(), "approved", "A good customer", "msg_1")
                            .status())
                    .isEqualTo(200);
            assertThat(receiver.answer(server.baseUrl(), message.approvalId(), "approved", "A good customer", "msg_1")
                            .status())
                    .isEqualTo(200);
            assertThat(receiver.answer(server.baseUrl(), message.approvalId(), "rejected", "Too late")
                            .status())
                    .isEqualTo(409);

            JsonNode decision = agent.call("decision_get", Map.of("decision_id", decisionId));
            assertThat(decision.path("status").asString()).isEqualTo("approved");
            assertThat(decision.at("/approval/rationale").asString()).isEqualTo("A good customer");
            JsonNode closed = agent.call("decision_close", Map.of("decision_id", decisionId, "action", "commit"));
            assertThat(closed.path("status").asString()).isEqualTo("committed");
            assertThat(receiver.next("approval.resolved").approvalId()).isEqualTo(message.approvalId());
        }
    }

    @Test
    void aRejectedDecisionIsAbortedAndClosingItAgainSucceeds() throws IOException {
        try (AgentClient agent =
                new AgentClient(server.baseUrl(), server.first().agentKey())) {
            String decisionId = request(agent);
            TestReceiver.Message message = receiver.next();
            assertThat(receiver.answer(server.baseUrl(), message.approvalId(), "rejected", "Too much")
                            .status())
                    .isEqualTo(200);

            JsonNode decision = agent.call("decision_get", Map.of("decision_id", decisionId));
            assertThat(decision.path("status").asString()).isEqualTo("aborted");
            JsonNode closed = agent.call(
                    "decision_close",
                    Map.of("decision_id", decisionId, "action", "abort", "reason", "Approval was rejected"));
            assertThat(closed.path("status").asString()).isEqualTo("aborted");
        }
    }

    /** With the very arguments of the published example. */
    private static String request(AgentClient agent) throws IOException {
        JsonNode decision = agent.call(
                "decision_create", Map.of("intent", "customer.discount.evaluate", "automation_mode", "propose"));
        assertThat(decision.path("status").asString()).isEqualTo("open");
        String decisionId = decision.path("decision_id").asString();
        Map<String, Object> arguments = new HashMap<>();
        arguments.put("decision_id", decisionId);
        arguments.put("title", "High-Value Discount Approval");
        arguments.put(
                "message",
                "Customer 1001 requesting 25% discount on $10k order. Customer has been with us for 5 years with"
                        + " perfect payment history. Policy evaluation returned 'requires_exception'.");
        arguments.put("approval_route_id", ROUTE);
        JsonNode approval = agent.call("decision_request_approval", arguments);
        assertThat(approval.path("approval_id").asString()).startsWith("appr_");
        assertThat(approval.path("status").asString()).isEqualTo("pending");
        assertThat(approval.at("/delivery/status").asString()).isEqualTo("pending");
        assertThat(approval.at("/delivery/note").asString()).isEqualTo("Approval will be delivered by worker service");
        JsonNode waiting = agent.call("decision_get", Map.of("decision_id", decisionId));
        assertThat(waiting.path("status").asString()).isEqualTo("needs_approval");
        return decisionId;
    }
}
