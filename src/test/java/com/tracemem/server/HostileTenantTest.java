package com.tracemem.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.policy.Examples;
import com.tracemem.policy.HostileText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One tenant sends what does harm as fast as it can; another one's policies answer all the same. */
class HostileTenantTest {
    private static final String POLICIES = "/v1/admin/policies";
    private static final String LOOPS = """
            policy_id: loops
            inputs: {type: object, properties: {list: {type: array, items: {anyOf: [{type: integer}, {type: string}]}}}}
            rules:
              - {id: r, outcome: deny, when: "inputs.list.all(a, inputs.list.exists(b, inputs.list.all(c, a == b || b != c)))"}
            default: allow
            """;
    private static final int SENDERS = 4;
    private static final int EVALUATIONS = 200;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static TestServer server;

    private final AtomicBoolean over = new AtomicBoolean();
    /** One count for each sender, when it has sent everything once. */
    private final CountDownLatch allSent = new CountDownLatch(2 * SENDERS);

    private final Set<Integer> statuses = ConcurrentHashMap.newKeySet();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();

    private interface Sender {
        /** One round of everything. */
        void send() throws IOException;
    }

    @BeforeAll
    static void start() {
        server = TestServer.start(Map.of("TRACEMEM_AGENT_REQUESTS_PER_SECOND", "100000"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static HttpCall.Answer admin(
            HttpCall http, TestServer.Account account, String path, String type, String body) throws IOException {
        return http.post(
                POLICIES + path, Map.of("Authorization", "Bearer " + account.adminToken(), "Content-Type", type), body);
    }

    private static void publish(TestServer.Account account, String policyId, String source) throws IOException {
        try (HttpCall http = HttpCall.to(server.baseUrl())) {
            HttpCall.Answer saved = admin(http, account, "", "application/yaml", source);
            assertThat(saved.status()).as(saved.body()).isEqualTo(201);
            HttpCall.Answer published = admin(http, account, "/" + policyId + "/publish", "application/json", "");
            assertThat(published.status()).as(published.body()).isEqualTo(200);
        }
    }

    private static String open(AgentClient agent) throws IOException {
        return agent.call("decision_create", Map.of("intent", "load", "automation_mode", "propose"))
                .path("decision_id")
                .asString();
    }

    private void documents(HttpCall http) throws IOException {
        for (HostileText text : HostileText.values()) {
            statuses.add(admin(http, server.second(), "", "application/yaml", text.source())
                    .status());
            statuses.add(admin(http, server.second(), "/hostile/publish", "application/json", "")
                    .status());
            statuses.add(admin(
                            http,
                            server.second(),
                            "/hostile/simulate",
                            "application/json",
                            "{\"draft\": true, \"inputs\": {\"text\": \"" + "a".repeat(5_000) + "\"}}")
                    .status());
        }
    }

    private void inputs(AgentClient agent, String decisionId) throws IOException {
        for (int size : List.of(1, 100, 900, 5_000)) {
            try {
                JsonNode answer = agent.call(
                        "decision_evaluate",
                        Map.of(
                                "decision_id",
                                decisionId,
                                "policy_id",
                                "loops",
                                "inputs",
                                Map.of("list", Collections.nCopies(size, 7))));
                assertThat(answer.path("outcome").asString()).isEqualTo("deny");
            } catch (AgentClient.ToolError refused) {
                statuses.add(refused.status());
            }
        }
    }

    private Thread keepSending(Sender sender) {
        return Thread.ofVirtual().start(() -> {
            try {
                sender.send();
                allSent.countDown();
                while (!over.get()) {
                    sender.send();
                }
            } catch (IOException | RuntimeException | AssertionError failure) {
                failures.add(failure);
                allSent.countDown();
            }
        });
    }

    @Test
    void doesNotKeepAnotherOnesPoliciesFromAnswering() throws IOException, InterruptedException {
        publish(server.first(), "discount_cap_v1", Examples.discountCap());
        publish(server.second(), "loops", LOOPS);
        List<Thread> senders = new ArrayList<>();
        for (int i = 0; i < SENDERS; i++) {
            HttpCall http = HttpCall.to(server.baseUrl());
            AgentClient agent =
                    new AgentClient(server.baseUrl(), server.second().agentKey());
            String decisionId = open(agent);
            senders.add(keepSending(() -> documents(http)));
            senders.add(keepSending(() -> inputs(agent, decisionId)));
        }
        List<String> outcomes = new ArrayList<>();
        try (AgentClient agent =
                        new AgentClient(server.baseUrl(), server.first().agentKey());
                HttpCall http = HttpCall.to(server.baseUrl())) {
            String decisionId = open(agent);
            for (int i = 0; i < EVALUATIONS; i++) {
                Map<String, ?> inputs =
                        Map.of("proposed_discount", List.of(0.1, 0.25, 0.75).get(i % 3));
                outcomes.add(agent.call(
                                "decision_evaluate",
                                Map.of("decision_id", decisionId, "policy_id", "discount_cap_v1", "inputs", inputs))
                        .path("outcome")
                        .asString());
                HttpCall.Answer simulated = admin(
                        http,
                        server.first(),
                        "/discount_cap_v1/simulate",
                        "application/json",
                        "{\"inputs\": " + JSON.writeValueAsString(inputs) + "}");
                assertThat(JSON.readTree(simulated.body()).path("outcome").asString())
                        .isEqualTo(outcomes.getLast());
            }
        }
        allSent.await();
        over.set(true);
        for (Thread sender : senders) {
            sender.join();
        }
        assertThat(outcomes)
                .isEqualTo(IntStream.range(0, EVALUATIONS)
                        .mapToObj(i ->
                                List.of("allow", "requires_exception", "deny").get(i % 3))
                        .toList());
        assertThat(failures).isEmpty();
        assertThat(statuses).isSubsetOf(200, 201, 400, 404, 409, 413, 422);
    }
}
