package com.tracemem.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.Promise;
import com.tracemem.delivery.webhook.WebhookCredentials;
import com.tracemem.delivery.webhook.WebhookIntegrations;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A change of the master key while the server works. */
class KeysCommandTest {
    private static final int BEFORE = 20;
    private static final int AFTER = 30;

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);

    @Test
    @Promise("C4")
    void theMasterKeyChangesWhileMessagesFlowAndNothingFails() throws Exception {
        Path data = directory.resolve("data");
        Map<String, String> environment = Map.of("TRACEMEM_DATA_DIR", data.toString());
        Path file = data.resolve("master.key");
        try (TestReceiver receiver = TestReceiver.start();
                TestReceiver other = TestReceiver.start();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            String old;
            try (TestServer server = TestServer.in(data, Map.of())) {
                server.route(server.first(), "route_keys", server.webhook(server.first(), receiver), false);
                old = Files.readString(file).strip();
                AtomicInteger rounds = new AtomicInteger();
                CountDownLatch flowing = new CountDownLatch(BEFORE);
                CountDownLatch enough = new CountDownLatch(1);
                Future<?> traffic = threads.submit(() -> {
                    try (AgentClient agent =
                            new AgentClient(server.baseUrl(), server.first().agentKey())) {
                        while (enough.getCount() > 0) {
                            round(server, receiver, agent, rounds.incrementAndGet());
                            flowing.countDown();
                        }
                    }
                    return null;
                });
                Future<?> storing = threads.submit(() -> {
                    WebhookCredentials credentials = server.room(WebhookCredentials.class);
                    WebhookIntegrations webhooks = server.room(WebhookIntegrations.class);
                    String tenant = server.first().tenantId();
                    String integration = server.webhook(server.second(), other);
                    while (enough.getCount() > 0) {
                        var made = credentials.create(tenant, "passing", Duration.ofHours(1), "usr_test");
                        assertThat(webhooks.rotate(
                                        server.second().tenantId(), integration, Map.of(), Duration.ofMinutes(1)))
                                .isPresent();
                        assertThat(credentials.delete(tenant, made.credential().credentialId()))
                                .isTrue();
                    }
                    return null;
                });
                assertThat(flowing.await(60, TimeUnit.SECONDS)).isTrue();

                assertThat(KeysCommand.rotate(environment, Clock.systemUTC(), out))
                        .isZero();

                int then = rounds.get();
                while (rounds.get() < then + AFTER && !traffic.isDone() && !storing.isDone()) {
                    TimeUnit.MILLISECONDS.sleep(10);
                }
                enough.countDown();
                traffic.get(60, TimeUnit.SECONDS);
                storing.get(60, TimeUnit.SECONDS);
                assertThat(Files.readAllLines(file)).hasSize(2).last().isEqualTo(old);
                assertThat(KeysCommand.retire(environment, false, Clock.systemUTC(), out))
                        .as("not on the same day")
                        .isEqualTo(1);
                assertThat(KeysCommand.retire(environment, true, Clock.systemUTC(), out))
                        .isZero();
                assertThat(Files.readAllLines(file)).singleElement().isNotEqualTo(old);
                try (AgentClient agent =
                        new AgentClient(server.baseUrl(), server.first().agentKey())) {
                    round(server, receiver, agent, rounds.incrementAndGet());
                }
            }
            assertThat(said.toString(StandardCharsets.UTF_8))
                    .contains("under the new key", "is forgotten")
                    .doesNotContain(old);
            try (ServerProcess again = ServerProcess.serve(environment).awaitReady()) {
                assertThat(again.output()).doesNotContain("does not open");
            }
        }
    }

    /** One approval: asked, delivered, answered with a signed callback, seen by the agent. */
    private static void round(TestServer server, TestReceiver receiver, AgentClient agent, int number)
            throws Exception {
        String decisionId = agent.call(
                        "decision_create", Map.of("intent", "round " + number, "automation_mode", "propose"))
                .path("decision_id")
                .asString();
        agent.call(
                "decision_request_approval",
                Map.of("decision_id", decisionId, "title", "Round " + number, "approval_route_id", "route_keys"));
        TestReceiver.Message message = receiver.next();
        assertThat(receiver.answer(server.baseUrl(), message.approvalId(), "approved", null)
                        .status())
                .isEqualTo(200);
        assertThat(agent.call(
                                "decision_get",
                                Map.of("decision_id", decisionId, "wait_seconds", 20, "since_status", "needs_approval"))
                        .path("status")
                        .asString())
                .isEqualTo("approved");
    }

    @Test
    void aKeyOfTheEnvironmentIsChangedStepByStep() throws Exception {
        Map<String, String> one = Map.of("TRACEMEM_MASTER_KEY", key(1), "TRACEMEM_DATA_DIR", directory.toString());
        assertThat(KeysCommand.rotate(one, Clock.systemUTC(), out)).isEqualTo(1);
        assertThat(said.toString(StandardCharsets.UTF_8))
                .contains("openssl rand -base64 32")
                .doesNotContain(key(1));
        assertThat(KeysCommand.retire(one, true, Clock.systemUTC(), out)).isEqualTo(1);
    }

    private static String key(int fill) {
        byte[] bytes = new byte[32];
        java.util.Arrays.fill(bytes, (byte) fill);
        return java.util.Base64.getEncoder().encodeToString(bytes);
    }
}
