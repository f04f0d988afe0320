package com.tracemem.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.policy.Examples;
import com.tracemem.policy.Policies;
import com.tracemem.store.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A database that the first release filled is brought up to date with everything in it, and goes on working. */
class UpgradeTest {
    private static final String ROUTE = "route_discount_manager";
    private static final String FIRST_RELEASE = "1";

    @TempDir
    private Path directory;

    private final Map<String, String> environment = environment();

    private static Map<String, String> environment() {
        byte[] key = new byte[32];
        ThreadLocalRandom.current().nextBytes(key);
        return Map.of(
                "TRACEMEM_MASTER_KEY", Base64.getEncoder().encodeToString(key),
                "TRACEMEM_OUTBOUND_ALLOW", "127.0.0.1/32",
                "TRACEMEM_SHUTDOWN_SECONDS", "2",
                "TRACEMEM_DATABASE_POOL_SIZE", "8");
    }

    /** What was there before the upgrade. */
    private record Before(String tenantId, String agentKey, String open, String waiting, String approvalId) {}

    @Test
    void whatWasThereGoesOn() throws Exception {
        try (TestDatabase newest = TestDatabase.create();
                TestDatabase old = TestDatabase.createAt(FIRST_RELEASE);
                TestReceiver receiver = TestReceiver.start()) {
            Before before = fill(newest, receiver);
            copy(newest, old);
            assertThat(tables(old.ownerJdbc())).doesNotContain("policy_version");
            Map<String, String> variables = new HashMap<>(environment);
            variables.put("TRACEMEM_DATABASE_URL", old.url());
            variables.put("TRACEMEM_DATA_DIR", directory.toString());
            variables.put("TRACEMEM_BIND_ADDRESS", "127.0.0.1");
            variables.put("TRACEMEM_PORT", "0");
            try (Server server = Server.start(ServerSettings.read(variables, false), Clock.systemUTC());
                    AgentClient agent = new AgentClient(server.settings().baseUrl(), before.agentKey())) {
                assertThat(tables(old.ownerJdbc())).containsExactlyElementsOf(tables(newest.ownerJdbc()));
                answersWhatWaited(server, agent, receiver, before);
                usesPolicies(server, agent, before);
                assertThat(LedgerCheck.prove(old.ownerJdbc(), before.tenantId()))
                        .containsKeys(before.open(), before.waiting());
            }
        }
    }

    private Before fill(TestDatabase database, TestReceiver receiver) throws IOException {
        try (TestServer server = TestServer.on(database, environment);
                AgentClient agent =
                        new AgentClient(server.baseUrl(), server.first().agentKey())) {
            server.route(server.first(), ROUTE, server.webhook(server.first(), receiver), false);
            String open = open(agent);
            agent.call("decision_add_context", Map.of("decision_id", open, "context", Map.of("order", "A-1001")));
            String waiting = open(agent);
            agent.call(
                    "decision_request_approval",
                    Map.of("decision_id", waiting, "approval_route_id", ROUTE, "title", "Discount"));
            String approvalId = receiver.next().approvalId();
            String closed = open(agent);
            agent.call("decision_close", Map.of("decision_id", closed, "action", "commit"));
            return new Before(server.first().tenantId(), server.first().agentKey(), open, waiting, approvalId);
        }
    }

    private static void answersWhatWaited(Server server, AgentClient agent, TestReceiver receiver, Before before)
            throws IOException {
        assertThat(receiver.answer(server.settings().baseUrl(), before.approvalId(), "approved", "as before")
                        .status())
                .isEqualTo(200);
        assertThat(agent.call("decision_close", Map.of("decision_id", before.waiting(), "action", "commit"))
                        .path("status")
                        .asString())
                .isEqualTo("committed");
    }

    private static void usesPolicies(Server server, AgentClient agent, Before before) throws IOException {
        Policies policies = server.room(Policies.class);
        policies.saveDraft(before.tenantId(), Examples.discountCap(), "usr_test");
        assertThat(policies.publish(before.tenantId(), "discount_cap_v1", "usr_test"))
                .isInstanceOf(Policies.Published.Done.class);
        Map<String, ?> inputs = Map.of("proposed_discount", 0.1);
        assertThat(agent.call(
                                "decision_evaluate",
                                Map.of("decision_id", before.open(), "policy_id", "discount_cap_v1", "inputs", inputs))
                        .path("outcome")
                        .asString())
                .isEqualTo("allow");
    }

    private static String open(AgentClient agent) throws IOException {
        return agent.call("decision_create", Map.of("intent", "customer.discount", "automation_mode", "propose"))
                .path("decision_id")
                .asString();
    }

    private static List<String> tables(JdbcClient jdbc) {
        return jdbc.sql("""
                        select table_name from information_schema.tables
                        where table_schema = current_schema and table_type = 'BASE TABLE'
                            and table_name <> 'flyway_schema_history'
                        order by table_name
                        """).query((row, n) -> row.getString(1)).list();
    }

    /** Every row, with the columns that the older schema has; in no order, so without its checks of references. */
    private static void copy(TestDatabase from, TestDatabase to) throws SQLException {
        try (Connection connection = to.owner().getConnection()) {
            try (Statement unchecked = connection.createStatement()) {
                unchecked.execute("set session_replication_role = replica");
            }
            for (String table : tables(to.ownerJdbc())) {
                String columns = String.join(", ", columns(to.ownerJdbc(), table));
                String rows = from.ownerJdbc()
                        .sql("select coalesce(json_agg(r), '[]')::text from (select " + columns + " from " + table
                                + ") r")
                        .query(String.class)
                        .single();
                try (PreparedStatement insert = connection.prepareStatement("insert into " + table + " (" + columns
                        + ") select " + columns + " from json_populate_recordset(null::" + table + ", ?::json)")) {
                    insert.setString(1, rows);
                    insert.executeUpdate();
                }
            }
        }
    }

    private static List<String> columns(JdbcClient jdbc, String table) {
        return jdbc.sql("""
                        select column_name from information_schema.columns
                        where table_schema = current_schema and table_name = ? and is_generated = 'NEVER'
                        order by ordinal_position
                        """).param(table).query((row, n) -> row.getString(1)).list();
    }
}
