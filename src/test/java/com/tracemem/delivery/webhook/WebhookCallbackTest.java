package com.tracemem.delivery.webhook;

import static com.tracemem.delivery.webhook.DeliveryNode.answer;
import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.Promise;
import com.tracemem.approval.Approval;
import com.tracemem.approval.ApprovalStatus;
import com.tracemem.approval.Approver;
import com.tracemem.decision.CloseAction;
import com.tracemem.delivery.Receiver;
import com.tracemem.delivery.webhook.DeliveryNode.Answer;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.identity.TurnableClock;
import com.tracemem.secret.GeneratedSecrets;
import com.tracemem.secret.SecretValue;
import com.tracemem.store.TestDatabase;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers that come in over HTTP, good and bad. */
class WebhookCallbackTest {
    private final TestDatabase database = TestDatabase.create();
    private final TurnableClock clock = new TurnableClock();
    private DeliveryNode node;
    private Receiver receiver;
    private String tenant;
    private AgentPrincipal agent;
    private WebhookIntegrations.Created webhook;
    private String integration;

    @BeforeEach
    void open() throws Exception {
        node = new DeliveryNode(database, "one", clock);
        receiver = new Receiver();
        tenant = node.core.tenant();
        agent = node.core.agent(tenant, "agent");
        webhook = node.webhook(tenant, "hook", receiver);
        integration = webhook.integration().integrationId();
    }

    @AfterEach
    void close() throws Exception {
        receiver.close();
        node.close();
        database.close();
    }

    private ApprovalStatus status(Approval approval) {
        return node.core
                .approvals
                .find(tenant, approval.approvalId())
                .orElseThrow()
                .status();
    }

    private static void assertProblem(Answer reply, int status) {
        assertThat(reply.status()).as(reply.body().toString()).isEqualTo(status);
        assertThat(reply.contentType()).startsWith("application/problem+json");
        assertThat(reply.body().path("status").asInt()).isEqualTo(status);
        assertThat(reply.body().path("title").asString()).isNotEmpty();
        assertThat(reply.body().path("detail").asString()).isNotEmpty();
    }

    @Test
    @Promise("W7")
    void theSameMessageAgainIsFineAndChangesNothing() throws Exception {
        Approval approval = node.ask(agent, "hook");
        String body = answer(approval.approvalId(), "approved", "yes");
        Answer first = node.call(webhook, "m1", body);
        int events = node.core.eventTypes(approval.decision()).size();
        assertThat(node.call(webhook, "m1", body)).isEqualTo(first);
        assertThat(node.core.eventTypes(approval.decision())).hasSize(events);
    }

    @Test
    void whatEndedWithoutAnAnswerIsSaidSo() throws Exception {
        Approval expired = node.ask(agent, "hook");
        clock.turn(Duration.ofMinutes(61));
        Answer late = node.call(webhook, "m1", answer(expired.approvalId(), "approved", null));
        assertProblem(late, 409);
        assertThat(late.body().path("title").asString()).isEqualTo("Expired");
        assertThat(late.body().path("winner").path("status").asString()).isEqualTo("expired");
        Approval withdrawn = node.ask(agent, "hook");
        node.core.decisions.close(agent, withdrawn.decisionId(), CloseAction.ABORT, null, null);
        Answer needless = node.call(webhook, "m2", answer(withdrawn.approvalId(), "approved", null));
        assertProblem(needless, 409);
        assertThat(needless.body().path("title").asString()).isEqualTo("Withdrawn");
    }

    @Test
    void tooManyAnswersAreAskedToWaitAndStrangersUseUpNothing() {
        WebhookCallbacks slow =
                new WebhookCallbacks(node.core.approvals, node.directory, node.credentials, clock, new CallbackRate(1));
        Approval approval = node.ask(agent, "hook");
        String body = answer(approval.approvalId(), "approved", null);
        String timestamp = Long.toString(clock.instant().getEpochSecond());
        String signature = WebhookSignature.header(List.of(webhook.incomingSecret()), "m1", clock.instant(), body);
        var stranger = new WebhookCallbacks.Callback(integration, "m1", timestamp, "v1,wrong", body);
        var signed = new WebhookCallbacks.Callback(integration, "m1", timestamp, signature, body);
        assertThat(slow.answer(stranger).status()).isEqualTo(401);
        assertThat(slow.answer(signed).status()).isEqualTo(200);
        CallbackReply refused = slow.answer(signed);
        for (int i = 0; i < 100 && refused.status() == 200; i++) {
            refused = slow.answer(signed);
        }
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.retryAfterSeconds()).isEqualTo(1);
    }

    @Test
    void anIdThatWasUsedForAnotherApprovalIsRefusedAndAFreshOneCounts() throws Exception {
        Approval first = node.ask(agent, "hook");
        Approval second = node.ask(agent, "hook");
        node.call(webhook, "m1", answer(first.approvalId(), "approved", null));
        String body = answer(second.approvalId(), "approved", null);
        Answer reused = node.call(webhook, "m1", body);
        assertProblem(reused, 409);
        assertThat(reused.body().path("detail").asString()).contains("send a new id");
        assertThat(status(second)).isEqualTo(ApprovalStatus.PENDING);
        assertThat(node.call(webhook, "m2", body).status()).isEqualTo(200);
    }

    @Test
    void anotherAnswerIsToldWhoWon() throws Exception {
        Approval approval = node.ask(agent, "hook");
        node.call(webhook, "m1", answer(approval.approvalId(), "approved", "yes"));
        Answer late = node.call(webhook, "m2", answer(approval.approvalId(), "rejected", "no"));
        assertProblem(late, 409);
        assertThat(late.body().path("winner").path("status").asString()).isEqualTo("approved");
        assertThat(late.body().path("winner").path("approver").path("name").asString())
                .isEqualTo("Anna");
        assertThat(late.body().path("winner").path("resolved_at").asString()).isEqualTo("2026-01-07T12:00:00.000Z");
        assertThat(status(approval)).isEqualTo(ApprovalStatus.APPROVED);
    }

    @Test
    void ofAnswersThatRaceOneWins() throws Exception {
        Approval approval = node.ask(agent, "hook");
        List<Callable<Answer>> calls = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            String messageId = "m" + i;
            String body = answer(approval.approvalId(), i % 2 == 0 ? "approved" : "rejected", "answer " + i);
            calls.add(() -> node.call(webhook, messageId, body));
        }
        List<Integer> statuses = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var answered : threads.invokeAll(calls)) {
                statuses.add(answered.get().status());
            }
        }
        assertThat(statuses).containsOnly(200, 409).containsOnlyOnce(200);
        assertThat(node.core.eventTypes(approval.decision())).containsOnlyOnce("approval_resolved");
    }

    @Test
    @Promise("W7")
    void whoeverCannotSignLearnsNothing() throws Exception {
        Approval approval = node.ask(agent, "hook");
        String body = answer(approval.approvalId(), "approved", null);
        SecretValue secret = webhook.incomingSecret();
        List<Answer> refused = List.of(
                node.call(integration, GeneratedSecrets.webhook(), "m1", clock.instant(), body),
                node.call(integration, webhook.outgoingSecret(), "m1", clock.instant(), body),
                node.call(integration, secret, "m1", clock.instant().minusSeconds(301), body),
                node.call(integration, secret, "m1", clock.instant().plusSeconds(301), body),
                node.send(integration, "m1", "now", "v1,abc", body),
                node.call("int_01ARZ3NDEKTSV4RRFFQ69G5FAV", secret, "m1", clock.instant(), body),
                node.call("nonsense", secret, "m1", clock.instant(), body),
                node.call(
                        node.webhook(node.core.tenant(), "theirs", receiver)
                                .integration()
                                .integrationId(),
                        secret,
                        "m1",
                        clock.instant(),
                        body));
        refused.forEach(reply -> assertProblem(reply, 401));
        assertThat(refused).containsOnly(refused.getFirst());
        assertThat(status(approval)).isEqualTo(ApprovalStatus.PENDING);
    }

    @Test
    @Promise("W7")
    void ourOwnEventSentBackIsRefused() throws Exception {
        node.work();
        Approval approval = node.ask(agent, "hook");
        Receiver.Received event = receiver.next();
        assertProblem(
                node.send(
                        integration,
                        String.valueOf(event.header("webhook-id")),
                        String.valueOf(event.header("webhook-timestamp")),
                        String.valueOf(event.header("webhook-signature")),
                        event.body()),
                401);
        assertThat(status(approval)).isEqualTo(ApprovalStatus.PENDING);
    }

    @Test
    @Promise("W7")
    void approvalsOfOthersAreUnknown() throws Exception {
        var other = node.webhook(tenant, "other", receiver);
        Approval ofOther = node.ask(agent, "other");
        assertProblem(node.call(webhook, "m1", answer(ofOther.approvalId(), "approved", null)), 404);
        String tenantB = node.core.tenant();
        node.webhook(tenantB, "theirs", receiver);
        Approval theirs = node.ask(node.core.agent(tenantB, "agent"), "theirs");
        Answer foreign = node.call(webhook, "m2", answer(theirs.approvalId(), "approved", null));
        assertThat(foreign).isEqualTo(node.call(webhook, "m3", answer("appr_unknown", "approved", null)));
        assertThat(node.call(other, "m4", answer(ofOther.approvalId(), "approved", null))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void theRoutesTermsHold() throws Exception {
        node.route(tenant, "hook", webhook, true, List.of("boss@example.com"));
        Approval approval = node.ask(agent, "hook");
        assertProblem(node.call(webhook, "m1", answer(approval.approvalId(), "approved", "yes")), 403);
        node.route(tenant, "hook", webhook, true, List.of("anna@example.com"));
        Approval second = node.ask(agent, "hook");
        assertProblem(node.call(webhook, "m2", answer(second.approvalId(), "approved", null)), 422);
        assertProblem(node.call(webhook, "m3", answer(second.approvalId(), "approved", "  ")), 422);
        assertThat(node.call(webhook, "m2", answer(second.approvalId(), "approved", "because"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void saysWhatIsWrongWithABody() throws Exception {
        Approval approval = node.ask(agent, "hook");
        String id = approval.approvalId();
        Map<String, Integer> bodies = Map.ofEntries(
                Map.entry("", 400),
                Map.entry("approved", 400),
                Map.entry("{\"approval_id\":\"" + id + "\",", 400),
                Map.entry("{} {}", 400),
                Map.entry("[".repeat(5000), 400),
                Map.entry("[]", 422),
                Map.entry("null", 422),
                Map.entry("{}", 422),
                Map.entry("{\"approval_id\":7,\"decision\":\"approved\"}", 422),
                Map.entry("{\"approval_id\":\"" + id + "\"}", 422),
                Map.entry("{\"approval_id\":\"" + id + "\",\"decision\":\"maybe\"}", 422),
                Map.entry("{\"approval_id\":\"" + id + "\",\"decision\":\"APPROVED\"}", 422),
                Map.entry("{\"approval_id\":\"" + id + "\",\"decision\":\"approved\",\"approver\":\"Anna\"}", 422),
                Map.entry(answer(id, "approved", "x".repeat(4001)), 422),
                Map.entry(answer(id, "approved", "nul\0"), 422),
                Map.entry("{\"approval_id\":\"" + id + "\",\"decision\":\"approved\",\"rationale\":\"\\ud800\"}", 422));
        int n = 0;
        for (var body : bodies.entrySet()) {
            assertProblem(node.call(webhook, "m" + n++, body.getKey()), body.getValue());
        }
        assertThat(status(approval)).isEqualTo(ApprovalStatus.PENDING);
        assertThat(node.call(
                                webhook,
                                "good",
                                "{\"approval_id\":\"" + id
                                        + "\",\"decision\":\"approved\",\"ticket\":{\"id\":1},\"approver\":{\"role\":\"owner\"}}")
                        .status())
                .isEqualTo(200);
        Approver approver = Objects.requireNonNull(
                node.core.approvals.find(tenant, id).orElseThrow().approver());
        assertThat(approver.role()).isNull();
    }

    @Test
    void refusesOtherMethodsAndLargeBodies() throws Exception {
        assertThat(raw("GET /v1/callbacks/webhook/" + integration
                        + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 405")
                .contains("Allow: POST");
        assertThat(raw("POST /v1/callbacks/webhook/" + integration
                        + " HTTP/1.1\r\nHost: x\r\nContent-Length: 70000\r\nConnection: close\r\n\r\n"
                        + " ".repeat(70_000)))
                .startsWith("HTTP/1.1 413");
        assertThat(raw("POST /v1/callbacks/webhook/" + integration
                        + " HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"))
                .startsWith("HTTP/1.1 401");
    }

    private String raw(String request) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port())) {
            socket.setSoTimeout(20_000);
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.UTF_8));
            out.flush();
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    @Promise("W6")
    void bothSecretsCountUntilTheGracePeriodIsOver() throws Exception {
        SecretValue fresh = Objects.requireNonNull(node.webhooks
                .rotate(tenant, integration, Map.of(), Duration.ofHours(24))
                .orElseThrow()
                .get("incoming_secret"));
        for (SecretValue secret : List.of(webhook.incomingSecret(), fresh)) {
            Approval approval = node.ask(agent, "hook");
            assertThat(node.call(
                                    integration,
                                    secret,
                                    approval.approvalId(),
                                    clock.instant(),
                                    answer(approval.approvalId(), "approved", null))
                            .status())
                    .isEqualTo(200);
        }
        clock.turn(Duration.ofHours(24).plusSeconds(3));
        Approval approval = node.ask(agent, "hook");
        String body = answer(approval.approvalId(), "approved", null);
        assertProblem(node.call(webhook, "late", body), 401);
        assertThat(node.call(integration, fresh, "fresh", clock.instant(), body).status())
                .isEqualTo(200);
    }
}
