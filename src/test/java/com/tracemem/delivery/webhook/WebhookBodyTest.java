package com.tracemem.delivery.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.Promise;
import com.tracemem.approval.ApprovalRequest;
import com.tracemem.approval.ApprovalView;
import com.tracemem.approval.CoreNode;
import com.tracemem.decision.Decision;
import com.tracemem.decision.ProposedAction;
import com.tracemem.delivery.Receiver;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.identity.TurnableClock;
import com.tracemem.store.TestDatabase;
import com.tracemem.trace.CanonicalJson;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class WebhookBodyTest {

    /** Whatever else has to be cut: who answers is told of every exception, and of the whole action. */
    @Test
    @Promise("W8")
    void everyExceptionIsShownInTheLargestMessage() throws Exception {
        TurnableClock clock = new TurnableClock();
        try (TestDatabase database = TestDatabase.create();
                DeliveryNode node = new DeliveryNode(database, "one", clock);
                Receiver receiver = new Receiver()) {
            String tenant = node.core.tenant();
            AgentPrincipal agent = node.core.agent(tenant, "agent");
            node.webhook(tenant, "hook", receiver);
            node.work();
            Decision decision = node.core.open(agent);
            for (int i = 0; i < 10; i++) {
                String policyId = "p".repeat(63) + i;
                node.core.policies.saveDraft(
                        tenant, """
                        policy_id: %s
                        inputs: {type: object}
                        rules:
                          - {id: %s, when: 'true', outcome: requires_exception, message: %s, approval: {route: hook}}
                        default: deny
                        """.formatted(policyId, "r".repeat(64), "漢".repeat(1000)), "usr_test");
                node.core.policies.publish(tenant, policyId, "usr_test");
                CoreNode.done(node.core.evaluations.evaluate(
                        agent, decision.decisionId(), policyId, DeliveryNode.JSON.createObjectNode()));
            }
            ObjectNode action = DeliveryNode.JSON.createObjectNode().put("large", "x".repeat(8_000));
            CoreNode.done(node.core.approvals.request(
                    agent,
                    new ApprovalRequest(
                            decision.decisionId(),
                            "漢".repeat(300),
                            "漢".repeat(20_000),
                            null,
                            null,
                            null,
                            ProposedAction.elsewhere(action),
                            null)));
            String body = receiver.next().body();
            assertThat(body.getBytes(UTF_8).length).isLessThanOrEqualTo(WebhookBody.LARGEST_BYTES);
            JsonNode data = DeliveryNode.JSON.readTree(body).path("data");
            assertThat(data.path("proposed_action")).isEqualTo(action);
            assertThat(data.path("policies").valueStream())
                    .extracting(policy -> policy.path("policy_id").asString())
                    .doesNotHaveDuplicates()
                    .hasSize(10)
                    .allMatch(id -> id.length() == 64);
        }
    }

    @Test
    @Promise({"C2", "W8"})
    void hostileAndLongTextsArriveCleanAndCut() throws Exception {
        TurnableClock clock = new TurnableClock();
        try (TestDatabase database = TestDatabase.create();
                DeliveryNode node = new DeliveryNode(database, "one", clock);
                Receiver receiver = new Receiver()) {
            String tenant = node.core.tenant();
            AgentPrincipal agent = node.core.agent(tenant, "agent");
            node.webhook(tenant, "hook", receiver);
            node.work();
            Decision decision = node.core.open(agent);
            for (int i = 0; i < 30; i++) {
                CoreNode.done(node.core.decisions.addContext(
                        agent,
                        decision.decisionId(),
                        DeliveryNode.JSON.createObjectNode(),
                        "context " + i + "é".repeat(900)));
            }
            var action = (ObjectNode) DeliveryNode.JSON.readTree("{\"product\":\"p\",\"note\":\"a\\u202Eb\"}");
            action.put("large", "é".repeat(4000));
            var approval = CoreNode.done(node.core.approvals.request(
                    agent,
                    new ApprovalRequest(
                            decision.decisionId(),
                            "Pay \u202E000.1\u202C EUR\u001B[2J\r\nX-Header: 1",
                            "m".repeat(20_000),
                            "hook",
                            null,
                            null,
                            ProposedAction.elsewhere(action),
                            null)));
            String body = receiver.next().body();
            assertThat(body.getBytes(UTF_8).length).isLessThanOrEqualTo(WebhookBody.LARGEST_BYTES);
            JsonNode data = DeliveryNode.JSON.readTree(body).path("data");
            assertThat(data.path("title").asString()).isEqualTo("Pay 000.1 EUR[2J\nX-Header: 1");
            assertThat(data.path("truncated").asBoolean()).isTrue();
            assertThat(data.path("message").asString()).startsWith("mmm").endsWith("…");
            assertThat(data.path("proposed_action")).isEqualTo(action);
            assertThat(data.path("action_digest").asString())
                    .isEqualTo(CanonicalJson.of(action).digest().hex());
            assertThat(data.path("context").size()).isBetween(0, 20);
            ApprovalView view =
                    node.core.views.view(tenant, approval.approvalId()).orElseThrow();
            for (JsonNode shown : data.path("context")) {
                assertThat(view.contextSummaries())
                        .anyMatch(summary -> shown.path("summary").asString().startsWith(summary.substring(0, 20)));
            }
        }
    }
}
