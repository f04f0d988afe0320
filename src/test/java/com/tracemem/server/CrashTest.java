package com.tracemem.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** kill -9 of the server and of its PostgreSQL, at random moments, under load. What was answered stays. */
class CrashTest {
    private static final int CRASHES = 20;
    private static final int AGENTS = 8;
    private static final int MOST_STEPS_BETWEEN_CRASHES = 60;
    private static final String ROUTE = "route_crash";
    private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(90);
    private static final Duration STEP_LIMIT = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    private final long seed = ThreadLocalRandom.current().nextLong();
    private final Random random = new Random(seed);
    private final int port = Ports.free();
    private final URI address = URI.create("http://127.0.0.1:" + port);
    private final AtomicInteger steps = new AtomicInteger();
    private volatile boolean stopping;

    // What the server said it had done.
    private final Map<String, String> closedAs = new ConcurrentHashMap<>();
    private final Map<String, String> eventOf = new ConcurrentHashMap<>();
    private final Map<String, String> answeredAs = new ConcurrentHashMap<>();

    private final Set<String> received = ConcurrentHashMap.newKeySet();

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void whatWasAnsweredIsThereAndNothingStaysBehind() throws Exception {
        Path data = directory.resolve("data");
        Map<String, String> environment = Map.of(
                "TRACEMEM_DATA_DIR", data.toString(),
                "TRACEMEM_BASE_URL", address.toString(),
                "TRACEMEM_OUTBOUND_ALLOW", "127.0.0.1/32");
        try (TestReceiver receiver = TestReceiver.start()) {
            TestServer.Account account;
            try (TestServer setup = TestServer.in(data, Map.of())) {
                account = setup.first();
                setup.route(account, ROUTE, setup.webhook(account, receiver), false);
            }
            receiver.onMessage(message -> answer(receiver, message));
            ServerProcess server = ServerProcess.serveOn(port, environment).awaitReady();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<Void>> agents = new ArrayList<>();
                for (int i = 0; i < AGENTS; i++) {
                    int agent = i;
                    agents.add(threads.submit(() -> work(agent, account.agentKey())));
                }
                for (int crash = 0; crash < CRASHES; crash++) {
                    awaitSteps(1 + random.nextInt(MOST_STEPS_BETWEEN_CRASHES));
                    if (random.nextBoolean()) {
                        server.kill();
                        server = ServerProcess.serveOn(port, environment).awaitReady();
                    } else {
                        killPostgres(data);
                    }
                }
                awaitSteps(AGENTS);
                stopping = true;
                for (Future<Void> agent : agents) {
                    agent.get();
                }
                prove(database(data), account.tenantId());
            } catch (AssertionError failure) {
                throw new AssertionError("With seed " + seed + ", after\n" + server.output(), failure);
            } finally {
                stopping = true;
                server.stop();
            }
        }
    }

    /** Waits for so many further answers: a moment nobody chose. */
    private void awaitSteps(int further) {
        int until = steps.get() + further;
        await().atMost(RECOVERY_LIMIT).pollInterval(Duration.ofMillis(5)).until(() -> steps.get() >= until);
    }

    private static void killPostgres(Path data) throws IOException {
        long pid = Long.parseLong(
                Files.readAllLines(data.resolve("postgres/data/postmaster.pid")).getFirst());
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    private Void work(int agent, String key) throws Exception {
        try (Retrying calls = new Retrying(key)) {
            for (int i = 0; !stopping; i++) {
                String name = agent + "-" + i;
                String decisionId = calls.call(
                        "decision_create",
                        Map.of("intent", "crash", "automation_mode", "propose", "idempotency_key", "create-" + name),
                        "decision_id");
                String eventId = calls.call(
                        "decision_add_context",
                        Map.of("decision_id", decisionId, "context", Map.of("name", name)),
                        "event_id");
                eventOf.put(eventId, decisionId);
                calls.call(
                        "decision_request_approval",
                        Map.of(
                                "decision_id", decisionId,
                                "title", name,
                                "approval_route_id", ROUTE,
                                "idempotency_key", "request-" + name),
                        "approval_id");
                String status;
                do {
                    status =
                            calls.call("decision_get", Map.of("decision_id", decisionId, "wait_seconds", 20), "status");
                } while (status.equals("needs_approval"));
                String action = status.equals("approved") ? "commit" : "abort";
                closedAs.put(
                        decisionId,
                        calls.call("decision_close", Map.of("decision_id", decisionId, "action", action), "status"));
            }
        }
        return null;
    }

    /** An agent that tries again, as agents do, until it is answered. */
    private final class Retrying implements AutoCloseable {
        private final String key;
        private AgentClient client;

        Retrying(String key) throws IOException {
            this.key = key;
            this.client = new AgentClient(address, key);
        }

        String call(String tool, Map<String, ?> arguments, String field) throws Exception {
            long giveUp = System.nanoTime() + STEP_LIMIT.toNanos();
            while (true) {
                try {
                    String value = client.call(tool, arguments).path(field).asString();
                    steps.incrementAndGet();
                    return value;
                } catch (IOException | AgentClient.ToolError failure) {
                    if (System.nanoTime() > giveUp) {
                        throw new AssertionError(tool + " was not answered for " + STEP_LIMIT, failure);
                    }
                    client.close();
                    client = reconnect(giveUp);
                }
            }
        }

        private AgentClient reconnect(long giveUp) throws Exception {
            return patiently(() -> new AgentClient(address, key), giveUp);
        }

        @Override
        public void close() throws IOException {
            client.close();
        }
    }

    private static <T> T patiently(Callable<T> attempt, long giveUp) throws Exception {
        while (true) {
            try {
                return attempt.call();
            } catch (IOException away) {
                if (System.nanoTime() > giveUp) {
                    throw away;
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
    }

    /** An approver who presses the button again until something happens. */
    private void answer(TestReceiver receiver, TestReceiver.Message message) {
        if (!message.type().equals("approval.requested")) {
            return;
        }
        received.add(message.approvalId());
        String verdict = ThreadLocalRandom.current().nextBoolean() ? "approved" : "rejected";
        long giveUp = System.nanoTime() + STEP_LIMIT.toNanos();
        try {
            int status = 0;
            while (status != 200 && status != 409 && System.nanoTime() < giveUp) {
                status = patiently(
                        () -> receiver.answer(address, message.approvalId(), verdict, null, message.id())
                                .status(),
                        giveUp);
            }
            if (status == 200) {
                answeredAs.putIfAbsent(message.approvalId(), verdict);
            }
        } catch (Exception failure) {
            throw new IllegalStateException("An answer did not get through", failure);
        }
    }

    private void prove(JdbcClient jdbc, String tenantId) {
        // A message that was on its way when the server died goes out again when its lease is over: now.
        jdbc.sql("update delivery set lease_until = now() where status = 'sending'")
                .update();
        await().atMost(RECOVERY_LIMIT)
                .until(() -> count(jdbc, "select count(*) from delivery where status in ('pending', 'sending')") == 0);
        assertThat(count(jdbc, "select count(*) from delivery where status = 'failed'"))
                .isZero();
        Map<String, String> approvals = texts(jdbc, "select approval_id, status from approval");
        assertThat(received).as("approvals that reached somebody").containsAll(approvals.keySet());
        assertThat(approvals.values()).containsOnly("approved", "rejected");

        Map<String, List<String>> traces = LedgerCheck.prove(jdbc, tenantId);
        Map<String, String> decisions = texts(jdbc, "select decision_id, status from decision");
        closedAs.forEach((decisionId, status) -> {
            assertThat(decisions.get(decisionId)).as("status of %s", decisionId).isEqualTo(status);
            assertThat(traces.get(decisionId))
                    .as("trace of %s", decisionId)
                    .startsWith("decision_created", "context")
                    .containsOnlyOnce("approval_requested", "approval_resolved", "decision_closed");
        });
        answeredAs.forEach((approvalId, verdict) -> assertThat(approvals.get(approvalId))
                .as("outcome of %s", approvalId)
                .isEqualTo(verdict));
        Map<String, String> events = texts(jdbc, """
                select convert_from(leaf, 'UTF8')::jsonb ->> 'event_id' as id, decision_id from event
                """);
        assertThat(events).containsAllEntriesOf(eventOf);
    }

    private static long count(JdbcClient jdbc, String sql) {
        return jdbc.sql(sql).query(Long.class).single();
    }

    private static Map<String, String> texts(JdbcClient jdbc, String sql) {
        Map<String, String> found = new HashMap<>();
        jdbc.sql(sql).query(row -> {
            found.put(row.getString(1), row.getString(2));
        });
        return found;
    }

    /** The embedded PostgreSQL from outside. */
    private static JdbcClient database(Path data) throws IOException {
        List<String> postmaster = Files.readAllLines(data.resolve("postgres/data/postmaster.pid"));
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl("jdbc:postgresql://127.0.0.1:" + postmaster.get(3).strip() + "/tracemem");
        source.setUser("tracemem");
        source.setPassword(Files.readString(data.resolve("postgres/password")).strip());
        return JdbcClient.create(source);
    }
}
