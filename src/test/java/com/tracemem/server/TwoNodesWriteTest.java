package com.tracemem.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.tracemem.store.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The same write, under the same key, asked for at two server processes on one database at the same time. */
class TwoNodesWriteTest {
    private static final int ROUNDS = 40;
    private static final int CALLS_AT_EACH = 3;

    @TempDir
    private static Path directory;

    private static TestDatabase database;
    private static TestShop shop;
    private static String tenantId;
    private static String key;
    private static ServerProcess one;
    private static ServerProcess two;

    @BeforeAll
    static void start() throws IOException {
        byte[] masterKey = new byte[32];
        ThreadLocalRandom.current().nextBytes(masterKey);
        Map<String, String> environment = Map.of(
                "TRACEMEM_MASTER_KEY",
                Base64.getEncoder().encodeToString(masterKey),
                "TRACEMEM_DATABASE_POOL_SIZE",
                "8");
        database = TestDatabase.create();
        shop = new TestShop();
        try (TestServer setup = TestServer.on(database, environment)) {
            tenantId = setup.first().tenantId();
            key = setup.first().agentKey();
            shop.connect(setup, tenantId);
        }
        one = node(environment, "one");
        two = node(environment, "two");
        one.awaitReady();
        two.awaitReady();
    }

    private static ServerProcess node(Map<String, String> environment, String name) {
        Map<String, String> own = new HashMap<>(environment);
        own.put("TRACEMEM_DATABASE_URL", database.url());
        own.put("TRACEMEM_DATA_DIR", directory.resolve(name).toString());
        return ServerProcess.serve(own);
    }

    @AfterAll
    static void stop() {
        one.close();
        two.close();
        database.close();
    }

    private static String decision() throws IOException {
        try (AgentClient agent = new AgentClient(one.baseUrl(), key)) {
            return agent.call("decision_create", Map.of("intent", "discount", "automation_mode", "propose"))
                    .path("decision_id")
                    .asString();
        }
    }

    private static JsonNode write(URI node, String decisionId) throws IOException {
        try (AgentClient agent = new AgentClient(node, key)) {
            return agent.call(
                    "decision_write",
                    Map.of(
                            "decision_id",
                            decisionId,
                            "product",
                            TestShop.DISCOUNTS,
                            "purpose",
                            TestShop.PURPOSE,
                            "mutation",
                            Map.of("customer_id", 7, "discount", 0.25),
                            "idempotency_key",
                            "once"));
        }
    }

    private static List<String> outcomes(String decisionId) throws IOException {
        try (AgentClient agent = new AgentClient(two.baseUrl(), key)) {
            return agent.call("decision_trace", Map.of("decision_id", decisionId))
                    .path("events")
                    .valueStream()
                    .filter(event -> event.path("event_type").asString().equals("write"))
                    .map(event -> event.path("outcome").asString())
                    .toList();
        }
    }

    @Test
    void whoeverAsksFirstOneWriteIsMadeAndAllAreToldOfIt() throws Exception {
        long before = shop.discounts();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < ROUNDS; round++) {
                String decisionId = decision();
                CountDownLatch together = new CountDownLatch(1);
                List<Future<JsonNode>> calls = new ArrayList<>();
                for (int i = 0; i < CALLS_AT_EACH; i++) {
                    for (ServerProcess node : List.of(one, two)) {
                        calls.add(threads.submit(() -> {
                            together.await();
                            return write(node.baseUrl(), decisionId);
                        }));
                    }
                }
                together.countDown();
                JsonNode first = calls.getFirst().get();
                assertThat(first.path("affected").asInt()).isEqualTo(1);
                assertThat(first.at("/created_records/0/discount_id").isInt()).isTrue();
                for (Future<JsonNode> call : calls) {
                    assertThat(call.get()).isEqualTo(first);
                }
                assertThat(outcomes(decisionId)).containsOnlyOnce("executed").endsWith("executed");
            }
        }
        assertThat(shop.discounts() - before).isEqualTo(ROUNDS);
        LedgerCheck.prove(database.jdbc(), tenantId);
    }

    @Test
    void aNodeWaitsForTheWriteThatTheOtherIsMaking() throws Exception {
        long before = shop.discounts();
        write(one.baseUrl(), decision());
        String decisionId = decision();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                Connection holder = shop.dataSource.getConnection();
                Statement lock = holder.createStatement()) {
            holder.setAutoCommit(false);
            lock.execute("lock table discounts in exclusive mode");
            Future<JsonNode> making = threads.submit(() -> write(one.baseUrl(), decisionId));
            awaitWaiting(1);
            Future<JsonNode> asking = threads.submit(() -> write(two.baseUrl(), decisionId));
            awaitWaiting(2);
            holder.rollback();
            assertThat(asking.get()).isEqualTo(making.get());
        }
        assertThat(outcomes(decisionId)).containsExactly("executed");
        assertThat(shop.discounts() - before).isEqualTo(2);
    }

    /** A database tells nobody that somebody waits. */
    private static void awaitWaiting(long many) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> shop.jdbc
                                .sql("select count(*) from pg_stat_activity where datname = current_database()"
                                        + " and wait_event_type = 'Lock'")
                                .query(Long.class)
                                .single()
                        == many);
    }
}
