package com.tracemem.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.tracemem.Promise;
import com.tracemem.approval.Approval;
import com.tracemem.approval.ApprovalRequest;
import com.tracemem.approval.Approvals;
import com.tracemem.decision.AutomationMode;
import com.tracemem.decision.Decision;
import com.tracemem.decision.Decisions;
import com.tracemem.decision.NewDecision;
import com.tracemem.delivery.IntegrationLifecycle;
import com.tracemem.delivery.webhook.WebhookInput;
import com.tracemem.delivery.webhook.WebhookIntegrations;
import com.tracemem.identity.AgentPermissions;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.store.EmbeddedPostgres;
import com.tracemem.trace.Actor;
import com.tracemem.trace.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Two nodes drain a queue of 5,000 messages while the endpoint fails now and then, one node is killed, the other is
 * stopped past its leases and goes on, and PostgreSQL is killed. Every message arrives or is visibly given up on.
 */
class DeliveryFaultsTest {
    private static final int MESSAGES = 5_000;
    private static final int LEASE_SECONDS = 4;
    private static final Duration LONG = Duration.ofSeconds(90);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    private Path directory;

    private final long seed = new Random().nextLong();
    private final Map<String, Set<String>> idsOf = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> timesTaken = new ConcurrentHashMap<>();
    private final AtomicInteger arrivals = new AtomicInteger();
    private volatile boolean friendly;

    @Test
    @Promise({"Q3", "Q4"})
    @Timeout(value = 6, unit = TimeUnit.MINUTES)
    void everyMessageArrivesOrIsVisiblyGivenUpOn() throws Exception {
        byte[] key = new byte[32];
        new Random(seed).nextBytes(key);
        HttpServer endpoint = endpoint();
        try (EmbeddedPostgres postgres = EmbeddedPostgres.open(directory.resolve("database"))) {
            Map<String, String> environment = Map.of(
                    "TRACEMEM_DATABASE_URL",
                    "postgres://%s:%s@127.0.0.1:%d/tracemem"
                            .formatted(postgres.user(), postgres.password(), postgres.port()),
                    "TRACEMEM_MASTER_KEY",
                    Base64.getEncoder().encodeToString(key),
                    "TRACEMEM_OUTBOUND_ALLOW",
                    "127.0.0.1/32",
                    "TRACEMEM_DELIVERY_LEASE_SECONDS",
                    String.valueOf(LEASE_SECONDS),
                    "TRACEMEM_DATABASE_POOL_SIZE",
                    "8");
            TestServer.Account account;
            String integration;
            try (TestServer setup = TestServer.in(directory.resolve("setup"), environment)) {
                account = setup.first();
                integration = fill(setup, endpoint);
            }
            JdbcClient jdbc = database(postgres);
            ServerProcess one = node(environment, "one").awaitReady();
            ServerProcess two = node(environment, "two").awaitReady();
            try {
                drain(jdbc, postgres, environment, account, integration, one, two);
            } catch (AssertionError failure) {
                throw new AssertionError(
                        "With seed " + seed + ", after\n" + one.output() + "\nand\n" + two.output(), failure);
            } finally {
                resume(two);
                two.kill();
                if (one.isAlive()) {
                    one.kill();
                }
            }
        } finally {
            endpoint.stop(0);
        }
    }

    private void drain(
            JdbcClient jdbc,
            EmbeddedPostgres postgres,
            Map<String, String> environment,
            TestServer.Account account,
            String integration,
            ServerProcess one,
            ServerProcess two)
            throws Exception {
        assertThat(post(two, account, "/v1/admin/integrations/" + integration + "/enable"))
                .isEqualTo(200);
        awaitArrivals(500);
        one.kill();
        awaitArrivals(1_200);
        try (ServerProcess again = node(environment, "one").awaitReady()) {
            awaitArrivals(1_800);
            stop(two);
            List<String> held = jdbc.sql("select lease_token from delivery where status = 'sending'")
                    .query((row, n) -> row.getString(1))
                    .list();
            await().atMost(LONG)
                    .until(() -> jdbc.sql("select count(*) from delivery where lease_token = any (?)")
                                    .param(held.toArray(String[]::new))
                                    .query(Long.class)
                                    .single()
                            == 0);
            resume(two);
            awaitArrivals(3_000);
            ProcessHandle.of(postgres.pid()).ifPresent(ProcessHandle::destroyForcibly);
            awaitArrivals(4_000);
            await().atMost(LONG).pollInterval(Duration.ofMillis(500)).until(() -> left(jdbc) == 0);
            prove(jdbc, account.tenantId(), again, two);
            retryWhatFailed(jdbc, account, integration, again);
        }
    }

    /** What waits for its next attempt is made due, since nobody has the time to wait for it here. */
    private static long left(JdbcClient jdbc) {
        try {
            jdbc.sql("update delivery set next_attempt_at = now() where status = 'pending' and next_attempt_at > now()")
                    .update();
            return jdbc.sql("select count(*) from delivery where status in ('pending', 'sending')")
                    .query(Long.class)
                    .single();
        } catch (org.springframework.dao.DataAccessException restarting) {
            return -1;
        }
    }

    private void prove(JdbcClient jdbc, String tenantId, ServerProcess one, ServerProcess two) {
        Map<String, String> states = new HashMap<>();
        jdbc.sql("select approval_id, status from delivery where kind = 'requested'")
                .query(row -> {
                    states.put(row.getString(1), row.getString(2));
                });
        assertThat(states).hasSize(MESSAGES);
        assertThat(states.values()).isSubsetOf(Set.of("delivered", "failed"));
        states.forEach((approval, state) -> {
            if (state.equals("delivered")) {
                assertThat(timesTaken).as("delivered means that it was taken").containsKey(approval);
            }
        });
        assertThat(idsOf.values())
                .as("one message has one id, however often it comes")
                .allMatch(ids -> ids.size() == 1);
        assertThat(jdbc.sql("select count(*) from delivery where status = 'failed' and last_error is null")
                        .query(Long.class)
                        .single())
                .as("what was given up on says why")
                .isZero();
        Map<String, List<String>> traces = LedgerCheck.prove(jdbc, tenantId);
        assertThat(traces).hasSize(MESSAGES);
        assertThat(traces.values()).allMatch(trace -> trace.contains("approval_delivery"));
        assertThat(jdbc.sql("""
                                select count(*) from event where type = 'approval_delivery'
                                    and convert_from(leaf, 'UTF8')::jsonb -> 'payload' ->> 'outcome' = 'unknown'""").query(Long.class).single())
                .as("attempts that were lost with the killed node")
                .isPositive();
        assertThat(two.output()).as("the stopped node came back too late").contains("outlived its lease");
        assertThat(one.output() + two.output()).doesNotContain("fault of ours");
    }

    private void retryWhatFailed(JdbcClient jdbc, TestServer.Account account, String integration, ServerProcess node)
            throws Exception {
        friendly = true;
        assertThat(post(node, account, "/v1/admin/integrations/" + integration + "/retry-failed"))
                .isEqualTo(200);
        await().atMost(LONG).pollInterval(Duration.ofMillis(500)).until(() -> left(jdbc) == 0);
        assertThat(jdbc.sql("select count(*) from delivery where status <> 'delivered'")
                        .query(Long.class)
                        .single())
                .isZero();
        assertThat(timesTaken).hasSize(MESSAGES);
    }

    private void awaitArrivals(int number) {
        await().atMost(LONG).pollInterval(Duration.ofMillis(10)).until(() -> arrivals.get() >= number);
    }

    /** The approvals are asked for while the integration is disabled, so that all messages wait. */
    private String fill(TestServer setup, HttpServer endpoint) throws Exception {
        String tenant = setup.first().tenantId();
        String url = "http://127.0.0.1:" + endpoint.getAddress().getPort() + "/hook";
        String integration = setup.room(WebhookIntegrations.class)
                .create(tenant, new WebhookInput("faulty", url, null, 1000, 3))
                .integration()
                .integrationId();
        assertThat(setup.room(IntegrationLifecycle.class).disable(tenant, integration, Actor.system("test")))
                .isPresent();
        setup.route(setup.first(), "route_faulty", integration, false);
        AgentPrincipal agent =
                new AgentPrincipal(tenant, setup.first().agentId(), "agent", "key_test", AgentPermissions.everything());
        List<Callable<Approval>> asking = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            asking.add(() -> ask(setup, agent));
        }
        try (ExecutorService threads =
                Executors.newFixedThreadPool(64, Thread.ofVirtual().factory())) {
            for (Future<Approval> asked : threads.invokeAll(asking)) {
                assertThat(asked.get().isPending()).isTrue();
            }
        }
        return integration;
    }

    private static Approval ask(TestServer setup, AgentPrincipal agent) {
        Decision decision = done(setup.room(Decisions.class)
                .create(agent, new NewDecision("soak", AutomationMode.PROPOSE, null, null, null, null, null)));
        return done(setup.room(Approvals.class)
                .request(
                        agent,
                        new ApprovalRequest(
                                decision.decisionId(), "Soak", null, "route_faulty", null, null, null, null)));
    }

    private static <R> R done(Outcome<R> outcome) {
        return switch (outcome) {
            case Outcome.Done<R>(R value) -> value;
            case Outcome.Refused<R> refused ->
                throw new AssertionError(refused.refusal().sentence());
        };
    }

    private HttpServer endpoint() throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/", this::receive);
        http.start();
        return http;
    }

    /** Takes most messages, a little slowly; some it refuses, loses, or keeps hanging, taken or not. */
    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode body = JSON.readTree(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            String approval = body.at("/data/approval_id").asString();
            idsOf.computeIfAbsent(approval, id -> ConcurrentHashMap.newKeySet())
                    .add(exchange.getRequestHeaders().getFirst("webhook-id"));
            int chance = friendly
                    ? 99
                    : java.util.concurrent.ThreadLocalRandom.current().nextInt(100);
            pause(chance < 2 ? 1_500 : 40);
            if (chance >= 8 || chance < 1) {
                timesTaken.computeIfAbsent(approval, id -> new AtomicInteger()).incrementAndGet();
                arrivals.incrementAndGet();
            }
            if (chance >= 2 && chance < 5) {
                exchange.sendResponseHeaders(500, -1);
            } else if (chance >= 5 && chance < 7) {
                exchange.getResponseHeaders().add("Retry-After", "1");
                exchange.sendResponseHeaders(429, -1);
            } else if (chance != 7) {
                exchange.sendResponseHeaders(200, -1);
            }
        }
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private static int post(ServerProcess node, TestServer.Account account, String path) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(node.baseUrl() + path))
                    .header("Authorization", "Bearer " + account.adminToken())
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }

    private ServerProcess node(Map<String, String> environment, String name) {
        Map<String, String> own = new HashMap<>(environment);
        own.put("TRACEMEM_DATA_DIR", directory.resolve(name).toString());
        return ServerProcess.serve(own);
    }

    private static void stop(ServerProcess node) throws Exception {
        signal("-STOP", node);
    }

    private static void resume(ServerProcess node) throws Exception {
        signal("-CONT", node);
    }

    private static void signal(String name, ServerProcess node) throws Exception {
        if (node.isAlive()) {
            assertThat(new ProcessBuilder("kill", name, String.valueOf(node.pid()))
                            .start()
                            .waitFor())
                    .isZero();
        }
    }

    private static JdbcClient database(EmbeddedPostgres postgres) throws IOException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(postgres.jdbcUrl());
        source.setUser(postgres.user());
        source.setPassword(postgres.password());
        return JdbcClient.create(source);
    }
}
