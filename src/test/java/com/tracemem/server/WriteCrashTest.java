package com.tracemem.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** kill -9 between the beginning of a write and its end: before the target committed, and after. */
class WriteCrashTest {
    private static final int CUSTOMER = 1001;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private Map<String, String> environment() {
        return Map.of("TRACEMEM_DATA_DIR", directory.toString());
    }

    private static Map<String, Object> write(String decisionId) {
        return Map.of(
                "decision_id",
                decisionId,
                "product",
                "pg_discounts_v1",
                "purpose",
                "discount_evaluation",
                "mutation",
                Map.of(
                        "operation",
                        "insert",
                        "records",
                        List.of(Map.of(
                                "customer_id", CUSTOMER, "proposed_discount", 0.1, "customer_tier", "standard"))),
                "idempotency_key",
                "once");
    }

    private long discounts() throws IOException {
        return DemoPostgres.jdbc(directory, DemoPostgres.STORE)
                .sql("select count(*) from discounts")
                .query(Long.class)
                .single();
    }

    private static List<String> outcomes(AgentClient agent, String decisionId) throws IOException {
        return agent.call("decision_trace", Map.of("decision_id", decisionId))
                .path("events")
                .valueStream()
                .filter(event -> event.path("event_type").asString().startsWith("write"))
                .map(event -> event.path("event_type").asString() + " "
                        + event.path("outcome").asString("-"))
                .toList();
    }

    /** Sends a call whose answer nobody will get. */
    private static void send(ExecutorService threads, ServerProcess server, String key, Map<String, ?> arguments) {
        Future<JsonNode> unanswered = threads.submit(() -> {
            try (AgentClient agent = new AgentClient(server.baseUrl(), key)) {
                return agent.call("decision_write", arguments);
            }
        });
        assertThat(unanswered).isNotNull();
    }

    @Test
    void whatTheTargetDidNotCommitIsMadeByTheSameCall() throws Exception {
        String key;
        String decisionId;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                ServerProcess server =
                        ServerProcess.serve(environment(), "--demo").awaitReady()) {
            key = SandboxApprover.agentKey(server);
            decisionId = opened(server, key);
            try (Connection store = locked(DemoPostgres.STORE, "lock table discounts in exclusive mode")) {
                send(threads, server, key, write(decisionId));
                awaitHeldUp(decisionId);
                server.kill();
                store.rollback();
            }
        }
        try (ServerProcess again = ServerProcess.serve(environment(), "--demo").awaitReady();
                AgentClient agent = new AgentClient(again.baseUrl(), key)) {
            assertThat(outcomes(agent, decisionId)).containsExactly("write_started unknown");
            assertThat(discounts()).isZero();
            assertThatThrownBy(
                            () -> agent.call("decision_close", Map.of("decision_id", decisionId, "action", "commit")))
                    .hasMessageContaining("its end is not known");

            JsonNode made = agent.call("decision_write", write(decisionId));
            assertThat(made.path("affected").asInt()).isEqualTo(1);
            assertThat(agent.call("decision_write", write(decisionId))).isEqualTo(made);
            assertThat(outcomes(agent, decisionId))
                    .containsExactly("write_started -", "write rolled_back", "write_started -", "write executed");
            assertThat(discounts()).isEqualTo(1);
            agent.call("decision_close", Map.of("decision_id", decisionId, "action", "commit"));
        }
    }

    @Test
    void whatTheTargetCommittedIsFoundByTheSameCall() throws Exception {
        String key;
        String decisionId;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                ServerProcess server =
                        ServerProcess.serve(environment(), "--demo").awaitReady()) {
            key = SandboxApprover.agentKey(server);
            decisionId = opened(server, key);
            try (Connection store = locked(DemoPostgres.STORE, "lock table discounts in exclusive mode")) {
                send(threads, server, key, write(decisionId));
                awaitHeldUp(decisionId);
                // from here on the end of the write does not get into the trace
                try (Connection own = locked(DemoPostgres.OWN, "select * from tenant_head for update")) {
                    store.rollback();
                    await().atMost(PATIENCE).until(() -> discounts() == 1);
                    server.kill();
                    own.rollback();
                }
            }
        }
        try (ServerProcess again = ServerProcess.serve(environment(), "--demo").awaitReady();
                AgentClient agent = new AgentClient(again.baseUrl(), key)) {
            assertThat(outcomes(agent, decisionId)).containsExactly("write_started unknown");

            JsonNode found = agent.call("decision_write", write(decisionId));
            assertThat(found.path("affected").asInt()).isEqualTo(1);
            assertThat(found.at("/created_records/0/customer_id").asInt()).isEqualTo(CUSTOMER);
            assertThat(outcomes(agent, decisionId)).containsExactly("write_started -", "write executed");
            assertThat(discounts()).isEqualTo(1);
        }
    }

    private static String opened(ServerProcess server, String key) throws IOException {
        try (AgentClient agent = new AgentClient(server.baseUrl(), key)) {
            return agent.call("decision_create", Map.of("intent", "crash", "automation_mode", "propose"))
                    .path("decision_id")
                    .asString();
        }
    }

    private Connection locked(String database, String statement) throws IOException, SQLException {
        Connection connection = DemoPostgres.dataSource(directory, database).getConnection();
        connection.setAutoCommit(false);
        try (Statement lock = connection.createStatement()) {
            lock.execute(statement);
        }
        return connection;
    }

    /** The write has begun, says the trace, and the target is at it. */
    private void awaitHeldUp(String decisionId) throws IOException {
        JdbcClient own = DemoPostgres.jdbc(directory, DemoPostgres.OWN);
        await().atMost(PATIENCE)
                .until(() -> own.sql("""
                                select (select count(*) from decision_write where decision_id = ?) > 0
                                    and (select count(*) from pg_stat_activity
                                        where datname = ? and wait_event_type = 'Lock') > 0
                                """)
                        .params(decisionId, DemoPostgres.STORE)
                        .query(Boolean.class)
                        .single());
    }
}
