package com.tracemem.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.identity.AgentPermissions;
import com.tracemem.store.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Many agents over two nodes on one database, and approvers who cannot agree. */
class TwoNodesTest {
    private static final int AGENTS = 200;
    private static final int APPROVALS_EACH = 50;
    private static final String ROUTE = "route_contested";
    private static final int WAIT_SECONDS = 50;

    @TempDir
    private Path directory;

    /** On which node (0 or 1) the agent of a decision waits; answers come in at the other. */
    private final Map<String, Integer> waitsAt = new ConcurrentHashMap<>();

    private final Map<String, String> outcomes = new ConcurrentHashMap<>();
    private final List<String> surprises = java.util.Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger refused = new AtomicInteger();

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void everyApprovalHasOneOutcomeAndEveryTraceIsWhole() throws Exception {
        byte[] key = new byte[32];
        ThreadLocalRandom.current().nextBytes(key);
        Map<String, String> environment = Map.of(
                "TRACEMEM_MASTER_KEY", Base64.getEncoder().encodeToString(key),
                "TRACEMEM_OUTBOUND_ALLOW", "127.0.0.1/32",
                "TRACEMEM_DATABASE_POOL_SIZE", "10");
        List<String> agentKeys = new ArrayList<>();
        String tenantId;
        try (TestDatabase database = TestDatabase.create();
                TestReceiver receiver = TestReceiver.start()) {
            try (TestServer setup = TestServer.on(database, environment)) {
                tenantId = setup.first().tenantId();
                setup.route(setup.first(), ROUTE, setup.webhook(setup.first(), receiver), false);
                for (int i = 0; i < AGENTS; i++) {
                    agentKeys.add(setup.agent(setup.first(), "agent " + i, AgentPermissions.everything()));
                }
            }
            try (ServerProcess one = node(database, environment, "one");
                    ServerProcess two = node(database, environment, "two")) {
                List<URI> nodes =
                        List.of(one.awaitReady().baseUrl(), two.awaitReady().baseUrl());
                receiver.onMessage(message -> answer(receiver, nodes, message));
                runAgents(nodes, agentKeys);
                assertThat(surprises).isEmpty();
                assertThat(outcomes).hasSize(AGENTS * APPROVALS_EACH);
                proveEveryTrace(database, tenantId);
                assertThat(one.stop()).isEqualTo(143);
                assertThat(two.stop()).isEqualTo(143);
            }
        }
    }

    private ServerProcess node(TestDatabase database, Map<String, String> environment, String name) {
        Map<String, String> own = new java.util.HashMap<>(environment);
        own.put("TRACEMEM_DATABASE_URL", database.url());
        own.put("TRACEMEM_DATA_DIR", directory.resolve(name).toString());
        return ServerProcess.serve(own);
    }

    private void runAgents(List<URI> nodes, List<String> keys) throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Void>> agents = new ArrayList<>();
            keys.forEach(key -> agents.add(() -> {
                work(nodes, key);
                return null;
            }));
            for (Future<Void> agent : threads.invokeAll(agents)) {
                agent.get();
            }
        }
    }

    private void work(List<URI> nodes, String key) throws IOException {
        try (AgentClient at0 = new AgentClient(nodes.get(0), key);
                AgentClient at1 = new AgentClient(nodes.get(1), key)) {
            List<AgentClient> at = List.of(at0, at1);
            for (int i = 0; i < APPROVALS_EACH; i++) {
                int asks = ThreadLocalRandom.current().nextInt(2);
                int waits = ThreadLocalRandom.current().nextInt(2);
                String decisionId = at.get(asks)
                        .call("decision_create", Map.of("intent", "contest", "automation_mode", "propose"))
                        .path("decision_id")
                        .asString();
                waitsAt.put(decisionId, waits);
                at.get(asks)
                        .call(
                                "decision_request_approval",
                                Map.of("decision_id", decisionId, "title", "Contested", "approval_route_id", ROUTE));
                JsonNode decision;
                do {
                    decision = at.get(waits)
                            .call("decision_get", Map.of("decision_id", decisionId, "wait_seconds", WAIT_SECONDS));
                } while (decision.path("status").asString().equals("needs_approval"));
                boolean approved = decision.path("status").asString().equals("approved");
                String approvalId = decision.at("/approval/approval_id").asString();
                outcomes.put(approvalId, approved ? "approved" : "rejected");
                String closed = at.get(waits)
                        .call(
                                "decision_close",
                                Map.of("decision_id", decisionId, "action", approved ? "commit" : "abort"))
                        .path("status")
                        .asString();
                if (!closed.equals(approved ? "committed" : "aborted")) {
                    surprises.add(decisionId + " was " + decision.path("status") + " and closed as " + closed);
                }
            }
        }
    }

    /** Every approval is answered where nobody waits for it, half of them at the same time somewhere else too. */
    private void answer(TestReceiver receiver, List<URI> nodes, TestReceiver.Message message) {
        if (!message.type().equals("approval.requested")) {
            return;
        }
        Integer waits = waitsAt.get(message.decisionId());
        if (waits == null) {
            surprises.add("A message about an unknown decision: " + message.body());
            return;
        }
        if (ThreadLocalRandom.current().nextBoolean()) {
            Thread.ofVirtual().start(() -> answer(receiver, nodes.get(pick()), message));
        }
        answer(receiver, nodes.get(1 - waits), message);
    }

    private void answer(TestReceiver receiver, URI node, TestReceiver.Message message) {
        String verdict = pick() == 0 ? "approved" : "rejected";
        try {
            HttpCall.Answer answer = receiver.answer(node, message.approvalId(), verdict, "drawn by lot");
            if (answer.status() == 409) {
                refused.incrementAndGet();
            } else if (answer.status() != 200) {
                surprises.add(verdict + " was answered " + answer);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static int pick() {
        return ThreadLocalRandom.current().nextInt(2);
    }

    private void proveEveryTrace(TestDatabase database, String tenantId) {
        Map<String, String> stored = new java.util.HashMap<>();
        database.jdbc()
                .sql("select approval_id, status from approval where tenant_id = ?")
                .param(tenantId)
                .query(row -> {
                    stored.put(row.getString("approval_id"), row.getString("status"));
                });
        assertThat(stored).isEqualTo(outcomes);
        Map<String, List<String>> traces = LedgerCheck.prove(database.jdbc(), tenantId);
        assertThat(traces).hasSize(AGENTS * APPROVALS_EACH);
        int refusals = 0;
        for (List<String> trace : traces.values()) {
            assertThat(trace).startsWith("decision_created", "approval_requested");
            assertThat(trace).containsOnlyOnce("approval_resolved", "decision_closed");
            assertThat(trace.stream().filter("approval_delivery"::equals)).isNotEmpty();
            refusals += (int)
                    trace.stream().filter("approval_answer_refused"::equals).count();
        }
        assertThat(refusals).as("answers that came too late").isEqualTo(refused.get());
    }
}
