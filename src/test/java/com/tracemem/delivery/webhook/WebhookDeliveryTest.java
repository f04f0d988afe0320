package com.tracemem.delivery.webhook;

import static com.tracemem.delivery.webhook.DeliveryNode.JSON;
import static com.tracemem.delivery.webhook.DeliveryNode.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.tracemem.Promise;
import com.tracemem.approval.Approval;
import com.tracemem.approval.ApprovalStatus;
import com.tracemem.approval.DeliveryClaim;
import com.tracemem.delivery.DeliverySettings;
import com.tracemem.delivery.Receiver;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.identity.TurnableClock;
import com.tracemem.store.TestDatabase;
import com.tracemem.trace.Event;
import com.tracemem.trace.EventType;
import com.tracemem.trace.Sha256;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** From the agent's request to the endpoint, on the real database and real HTTP. */
class WebhookDeliveryTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final TestDatabase database = TestDatabase.create(16);
    private final TurnableClock clock = new TurnableClock();
    private DeliveryNode node;
    private Receiver receiver;
    private String tenant;
    private AgentPrincipal agent;
    private WebhookIntegrations.Created webhook;

    @BeforeEach
    void open() throws Exception {
        node = new DeliveryNode(database, "one", clock);
        receiver = new Receiver();
        tenant = node.core.tenant();
        agent = node.core.agent(tenant, "agent");
        webhook = node.webhook(tenant, "hook", receiver);
    }

    @AfterEach
    void close() throws Exception {
        receiver.close();
        node.close();
        database.close();
    }

    private void awaitDelivery(Approval approval, String kind, String status) {
        await().atMost(LONG).until(() -> node.deliveryStatus(approval.approvalId(), kind), status::equals);
    }

    private void awaitIntegration(String status) {
        await().atMost(LONG).until(this::integrationStatus, status::equals);
    }

    private String integrationStatus() {
        return node.integrations
                .find(tenant, webhook.integration().integrationId())
                .orElseThrow()
                .status();
    }

    private List<JsonNode> attempts(Approval approval) {
        return node.core.trace.events(approval.decision(), 0, 100, 1 << 20).events().stream()
                .filter(event -> event.type() == EventType.APPROVAL_DELIVERY)
                .<JsonNode>map(Event::payload)
                .toList();
    }

    @Test
    @Promise({"W1", "C1"})
    void aRequestGoesOutSignedAndTheSignedAnswerComesBack() throws Exception {
        node.work();
        Approval approval = node.ask(agent, "hook");
        Receiver.Received asked = receiver.next();
        assertThat(WebhookSignature.verifies(
                        List.of(webhook.outgoingSecret()),
                        String.valueOf(asked.header("webhook-id")),
                        String.valueOf(asked.header("webhook-timestamp")),
                        String.valueOf(asked.header("webhook-signature")),
                        asked.body(),
                        clock.instant()))
                .isTrue();
        JsonNode event = JSON.readTree(asked.body());
        assertThat(event.path("type").asString()).isEqualTo("approval.requested");
        assertThat(event.path("timestamp").asString()).isEqualTo("2026-01-07T12:00:00.000Z");
        JsonNode data = event.path("data");
        assertThat(data.path("approval_id").asString()).isEqualTo(approval.approvalId());
        assertThat(data.path("decision_id").asString()).isEqualTo(approval.decisionId());
        assertThat(data.path("status").asString()).isEqualTo("pending");
        assertThat(data.path("sequence").asInt()).isEqualTo(1);
        assertThat(data.path("title").asString()).isEqualTo("Discount");
        assertThat(data.path("message").asString()).isEqualTo("25 %");
        assertThat(data.path("approval_route_id").asString()).isEqualTo("hook");
        assertThat(data.path("require_rationale").asBoolean()).isFalse();
        assertThat(data.path("expires_at").asString()).isEqualTo("2026-01-07T13:00:00.000Z");
        assertThat(data.path("callback_url").asString())
                .isEqualTo("http://127.0.0.1:%d/v1/callbacks/webhook/%s"
                        .formatted(node.port(), webhook.integration().integrationId()));
        assertThat(data.path("decision").path("intent").asString()).isEqualTo("customer.discount");
        assertThat(data.path("decision").path("automation_mode").asString()).isEqualTo("propose");
        assertThat(data.path("decision").path("actor").asString()).isEqualTo("agent");
        assertThat(data.path("decision").path("agent_id").asString()).isEqualTo(agent.agentId());
        assertThat(data.path("context").isArray()).isTrue();

        var reply = node.call(webhook, "m1", answer(approval.approvalId(), "approved", "good customer"));
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body().toString())
                .isEqualTo("{\"approval_id\":\"%s\",\"status\":\"approved\"}".formatted(approval.approvalId()));

        JsonNode resolved = JSON.readTree(receiver.next().body());
        assertThat(resolved.path("type").asString()).isEqualTo("approval.resolved");
        assertThat(resolved.path("data").path("status").asString()).isEqualTo("approved");
        assertThat(resolved.path("data").path("sequence").asInt()).isEqualTo(2);
        assertThat(resolved.path("data").path("rationale").asString()).isEqualTo("good customer");
        assertThat(resolved.path("data").path("approver").toString())
                .isEqualTo("{\"id\":\"u1\",\"name\":\"Anna\",\"email\":\"anna@example.com\",\"channel\":\"webhook\"}");
        awaitDelivery(approval, "resolved", "delivered");
        awaitIntegration("enabled");

        JsonNode attempt = attempts(approval).getFirst();
        assertThat(attempt.path("outcome").asString()).isEqualTo("delivered");
        assertThat(attempt.path("channel").asString()).isEqualTo("webhook");
        assertThat(attempt.path("shown_digest").asString())
                .isEqualTo(Sha256.of(asked.body()).hex());
        assertThat(node.meters
                        .timer("tracemem.delivery.attempts", "channel", "webhook", "outcome", "sent")
                        .count())
                .isEqualTo(2);
    }

    @Test
    @Promise("W1")
    void aFailedDeliveryIsTriedAgainUnderTheSameIdWithAFreshTimestamp() throws Exception {
        receiver.answer(Receiver.answering(500));
        node.work();
        Approval approval = node.ask(agent, "hook");
        Receiver.Received first = receiver.next();
        await().atMost(LONG).until(() -> attempts(approval).size(), size -> size == 1);
        receiver.answer(Receiver.answering(204));
        clock.turn(Duration.ofSeconds(6));
        Receiver.Received second = receiver.next();
        awaitDelivery(approval, "requested", "delivered");
        assertThat(second.header("webhook-id")).isEqualTo(first.header("webhook-id"));
        assertThat(second.header("webhook-timestamp")).isNotEqualTo(first.header("webhook-timestamp"));
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(attempts(approval).getFirst().path("error").asString())
                .as("agents read this: no host, nothing that the receiver said")
                .isEqualTo("HTTP 500");
        assertThat(node.core
                        .jdbc
                        .sql("select last_error from delivery where approval_id = ?")
                        .param(approval.approvalId())
                        .query(String.class)
                        .list())
                .allMatch(error -> error == null || error.contains("answered 500"));
    }

    @Test
    @Promise("C3")
    void aSecretInAMessageDoesNotLeaveAndTheTraceSaysSo() throws Exception {
        node.work();
        String secret = "AKIA" + "IOSFODNN7EXAMPLE";
        Approval approval = node.ask(agent, "hook", "Rotate " + secret, "password=hunter2 is known");
        Receiver.Received asked = receiver.next();
        assertThat(asked.body())
                .doesNotContain(secret)
                .doesNotContain("hunter2")
                .contains("Rotate [masked]");
        awaitDelivery(approval, "requested", "delivered");
        assertThat(attempts(approval).getFirst().path("masked").asInt()).isEqualTo(2);
    }

    @Test
    @Promise("Q9")
    void fiveFailuresInARowAreAnErrorAndASuccessClearsIt() throws Exception {
        receiver.answer(Receiver.answering(500));
        node.work();
        for (int i = 0; i < 5; i++) {
            assertThat(integrationStatus()).isEqualTo("configured");
            node.ask(agent, "hook");
            receiver.next();
        }
        awaitIntegration("error");
        assertThat(node.integrations
                        .find(tenant, webhook.integration().integrationId())
                        .orElseThrow()
                        .lastError())
                .contains("500");
        receiver.answer(Receiver.answering(200));
        node.ask(agent, "hook");
        awaitIntegration("enabled");
    }

    @Test
    @Promise("Q9")
    void aWrongCredentialIsAnErrorAtOnce() throws Exception {
        receiver.answer(Receiver.answering(401));
        node.work();
        node.ask(agent, "hook");
        awaitIntegration("error");
    }

    @Test
    @Promise("W2")
    void goneDisablesTheIntegrationAndKeepsItsMessages() throws Exception {
        receiver.answer(Receiver.answering(410));
        node.work();
        Approval approval = node.ask(agent, "hook");
        awaitIntegration("disabled");
        clock.turn(Duration.ofSeconds(6));
        awaitDelivery(approval, "requested", "parked");
    }

    @Test
    @Promise("Q8")
    void givesUpAfterTheLastRetryAndTheApprovalCanStillBeAnswered() throws Exception {
        receiver.answer(Receiver.answering(500));
        var stubborn = node.webhook(tenant, "once", new WebhookInput("once", receiver.url(), null, null, 0));
        node.work();
        Approval approval = node.ask(agent, "once");
        awaitDelivery(approval, "requested", "failed");
        assertThat(node.call(stubborn, "m1", answer(approval.approvalId(), "rejected", null))
                        .status())
                .isEqualTo(200);
    }

    @Test
    @Promise("Q9")
    void aDisabledIntegrationParksAndAnEnabledOneReleases() throws Exception {
        String id = webhook.integration().integrationId();
        assertThat(node.lifecycle
                        .disable(tenant, id, DeliveryNode.ADMINISTRATOR)
                        .orElseThrow()
                        .status())
                .isEqualTo("disabled");
        node.work();
        Approval approval = node.ask(agent, "hook");
        assertThat(node.deliveryStatus(approval.approvalId(), "requested")).isEqualTo("parked");
        var other = node.webhook(tenant, "other", receiver);
        Approval sent = node.ask(agent, "other");
        assertThat(receiver.next().body())
                .contains(sent.approvalId())
                .contains(other.integration().integrationId());
        assertThat(node.lifecycle
                        .enable(tenant, id, DeliveryNode.ADMINISTRATOR)
                        .orElseThrow()
                        .status())
                .isEqualTo("enabled");
        assertThat(receiver.next().body()).contains(approval.approvalId());
        awaitDelivery(approval, "requested", "delivered");
    }

    @Test
    void aMessageParkedAfterTheIntegrationWasEnabledAgainGoesOutAllTheSame() throws Exception {
        node.work();
        Approval sent = node.ask(agent, "hook");
        awaitDelivery(sent, "requested", "delivered");
        node.stopWorking();
        Approval approval = node.ask(agent, "hook");
        // as a node that had not heard of it yet would have left it
        int parked = node.core
                .jdbc
                .sql("update delivery set status = 'parked' where approval_id = ? and status = 'pending'")
                .param(approval.approvalId())
                .update();
        assertThat(parked).isEqualTo(1);
        node.work();
        awaitDelivery(approval, "requested", "delivered");
    }

    @Test
    void disablingParksWhatWaits() {
        Approval approval = node.ask(agent, "hook");
        assertThat(node.deliveryStatus(approval.approvalId(), "requested")).isEqualTo("pending");
        node.lifecycle.disable(tenant, webhook.integration().integrationId(), DeliveryNode.ADMINISTRATOR);
        assertThat(node.deliveryStatus(approval.approvalId(), "requested")).isEqualTo("parked");
    }

    @Test
    @Promise("Q4")
    void aMessageWhoseWorkerDiedIsSentAgainAfterTheLease() throws Exception {
        Approval approval = node.ask(agent, "hook");
        DeliveryClaim lost = node.core.queue.claim(10, Duration.ofSeconds(60)).getFirst();
        node.work();
        clock.turn(Duration.ofSeconds(61));
        Receiver.Received received = receiver.next();
        assertThat(received.header("webhook-id")).isEqualTo(lost.deliveryId());
        awaitDelivery(approval, "requested", "delivered");
        assertThat(attempts(approval))
                .extracting(attempt -> attempt.path("outcome").asString())
                .containsExactly("unknown", "delivered");
        assertThat(attempts(approval).getLast().path("attempt").asInt()).isEqualTo(2);
    }

    @Test
    @Promise("Q7")
    void anAnsweredRequestIsNotSentAnyMore() throws Exception {
        Approval approval = node.ask(agent, "hook");
        assertThat(node.call(webhook, "m1", answer(approval.approvalId(), "approved", null))
                        .status())
                .isEqualTo(200);
        node.work();
        Approval next = node.ask(agent, "hook");
        assertThat(receiver.next().body()).contains(next.approvalId());
        assertThat(node.deliveryStatus(approval.approvalId(), "requested")).isEqualTo("cancelled");
        assertThat(receiver.all()).hasSize(1);
    }

    @Test
    @Promise("Q6")
    void anEndpointThatHangsHoldsUpNoOther() throws Exception {
        CountDownLatch testOver = new CountDownLatch(1);
        try (Receiver hanging = new Receiver()) {
            hanging.answer(exchange -> {
                try {
                    boolean over = testOver.await(60, TimeUnit.SECONDS);
                    exchange.sendResponseHeaders(over ? 200 : 500, -1);
                } catch (InterruptedException closing) {
                    Thread.currentThread().interrupt();
                }
            });
            node.webhook(tenant, "hanging", new WebhookInput("hanging", hanging.url(), null, 30_000, null));
            for (int i = 0; i < 60; i++) {
                node.ask(agent, "hanging");
            }
            for (int i = 0; i < 40; i++) {
                node.ask(agent, "hook");
            }
            DeliverySettings few = new DeliverySettings(
                    20,
                    4,
                    16,
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(30),
                    Duration.ofMillis(50),
                    Duration.ofSeconds(1));
            node.work(few);
            for (int i = 0; i < 40; i++) {
                receiver.next();
            }
            assertThat(hanging.all()).hasSizeLessThanOrEqualTo(4);
            testOver.countDown();
            for (int i = 0; i < 60; i++) {
                hanging.next();
            }
        }
    }

    @Test
    void timeEndsAnApprovalAndTheEndpointIsTold() throws Exception {
        node.work();
        Approval approval = node.ask(agent, "hook");
        receiver.next();
        awaitDelivery(approval, "requested", "delivered");
        clock.turn(Duration.ofMinutes(61));
        JsonNode told = JSON.readTree(receiver.next().body());
        assertThat(told.path("type").asString()).isEqualTo("approval.resolved");
        assertThat(told.path("data").path("status").asString()).isEqualTo("expired");
        assertThat(told.path("data").has("approver")).isFalse();
        assertThat(node.core
                        .approvals
                        .find(tenant, approval.approvalId())
                        .orElseThrow()
                        .status())
                .isEqualTo(ApprovalStatus.EXPIRED);
    }

    @Test
    void aWorkerThatStopsGivesBackWhatItHasNotTried() throws Exception {
        CountDownLatch testOver = new CountDownLatch(1);
        receiver.answer(exchange -> {
            try {
                boolean over = testOver.await(60, TimeUnit.SECONDS);
                exchange.sendResponseHeaders(over ? 200 : 500, -1);
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
            }
        });
        for (int i = 0; i < 6; i++) {
            node.ask(agent, "hook");
        }
        node.work(new DeliverySettings(
                10,
                1,
                4,
                Duration.ofSeconds(60),
                Duration.ofSeconds(30),
                Duration.ofSeconds(1),
                Duration.ofMillis(200)));
        receiver.next();
        node.stopWorking();
        assertThat(node.core
                        .jdbc
                        .sql("select count(*) from delivery where status = 'pending' and attempts = 0")
                        .query(Integer.class)
                        .single())
                .isEqualTo(5);
        testOver.countDown();
    }
}
