package com.tracemem.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The published client's complete workflow on the demo's sample store, as the examples run it. */
class SampleStoreTest {
    private static final Pattern ASKED = Pattern.compile("asked (appr_[0-9A-Z]{26}) over route_discount_manager");
    private static final Pattern DECISION = Pattern.compile("decision (TMEM_[0-9A-Z]{26})");
    /** What the sample store knows of customer 1001 and nobody else. */
    private static final String PLANTED = "accounts@acme.example";

    @TempDir
    private static Path directory;

    private static ServerProcess server;

    @BeforeAll
    static void start() {
        server = ServerProcess.serve(Map.of("TRACEMEM_DATA_DIR", directory.toString()), "--demo")
                .awaitReady();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private interface Answerer {
        void answer(String approvalId) throws IOException, InterruptedException;
    }

    private record Run(int exitCode, List<String> lines) {
        String text() {
            return String.join("\n", lines);
        }
    }

    private static Run run(List<String> command, Map<String, String> variables, Answerer approver)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("TRACEMEM_URL", server.baseUrl().toString());
        builder.environment().put("TRACEMEM_AGENT_KEY", SandboxApprover.agentKey(server));
        builder.environment().putAll(variables);
        Process process = builder.start();
        List<String> lines = new ArrayList<>();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
                Matcher asked = ASKED.matcher(line);
                if (asked.find()) {
                    approver.answer(asked.group(1));
                }
            }
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Run(process.exitValue(), lines);
    }

    private static List<String> python() {
        try {
            Process version = new ProcessBuilder("python3", "--version").start();
            assertThat(version.waitFor()).isZero();
        } catch (IOException missing) {
            throw new AssertionError("This test runs the Python example: install python3 (3.8 or newer)", missing);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
        return List.of("python3", "-u", "examples/python/discount_approval.py");
    }

    private static List<String> java() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "examples/java/DiscountApproval.java");
    }

    private static long discounts(int customer) throws IOException {
        return DemoPostgres.jdbc(directory, DemoPostgres.STORE)
                .sql("select count(*) from discounts where customer_id = ?")
                .param(customer)
                .query(Long.class)
                .single();
    }

    @Test
    void thePythonExampleRunsWhole() throws Exception {
        Run run = run(python(), Map.of("CUSTOMER_ID", "1001"), approval -> SandboxApprover.approve(server, approval));
        assertThat(run.text())
                .contains("customer 1001 Acme Corp tier standard")
                .contains("policy requires_exception")
                .contains("refused: Approval is required: policy 'discount_cap_v1' requires an exception")
                .contains("approved\nwritten ref:write:evt_")
                .contains("the same")
                .endsWith("committed");
        assertThat(run.exitCode()).isZero();
        assertThat(discounts(1001)).isEqualTo(1);
        assertThat(trace(run))
                .containsExactly(
                        "decision_created",
                        "read",
                        "policy_eval",
                        "write_refused",
                        "approval_requested",
                        "approval_resolved",
                        "write_started",
                        "write",
                        "decision_closed");
    }

    @Test
    void theJavaExampleRunsWhole() throws Exception {
        Run run = run(java(), Map.of("CUSTOMER_ID", "1005"), approval -> SandboxApprover.approve(server, approval));
        assertThat(run.text())
                .contains("customer 1005 Stark Supplies tier standard")
                .contains("refused: Approval is required")
                .contains("the same")
                .endsWith("committed");
        assertThat(run.exitCode()).isZero();
        assertThat(discounts(1005)).isEqualTo(1);
    }

    @Test
    void aRejectionWritesNothing() throws Exception {
        Run run = run(python(), Map.of("CUSTOMER_ID", "1003"), approval -> SandboxApprover.reject(server, approval));
        assertThat(run.text()).endsWith("aborted");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(discounts(1003)).isZero();
    }

    @Test
    void whatThePolicyAllowsNeedsNobody() throws Exception {
        Run run = run(java(), Map.of("CUSTOMER_ID", "1002", "DISCOUNT", "0.1"), approval -> {
            throw new AssertionError("Nobody is to be asked");
        });
        assertThat(run.text()).contains("policy allow").endsWith("committed");
        assertThat(discounts(1002)).isEqualTo(1);
    }

    @Test
    void theProductsDescribeThemselves() throws IOException {
        try (AgentClient agent = new AgentClient(server.baseUrl(), SandboxApprover.agentKey(server))) {
            JsonNode products = agent.call("products_list", Map.of()).path("products");
            assertThat(products.valueStream()
                            .map(product -> product.path("product_id").asString()))
                    .containsExactly("pg_customers_v1", "pg_discounts_v1", "pg_orders_v1");
            JsonNode discounts = agent.call("product_get", Map.of("product", "pg_discounts_v1"));
            assertThat(discounts.path("operation").asString()).isEqualTo("insert");
            assertThat(discounts.path("permissions").toString()).isEqualTo("[\"write\"]");
            assertThat(discounts.path("schema")).isEqualTo(discounts.path("exposed_schema"));
            assertThat(discounts.at("/schema/0").toString())
                    .isEqualTo(
                            "{\"name\":\"discount_id\",\"type\":\"integer\",\"nullable\":false,\"primary_key\":true}");
            assertThat(discounts.at("/restrictions/policies").toString()).isEqualTo("[\"discount_cap_v1\"]");
            assertThat(agent.call("products_list", Map.of("purpose", "reporting"))
                            .path("products")
                            .size())
                    .isEqualTo(1);
            assertThat(agent.call("capabilities_get", Map.of())
                            .at("/permissions/data_products/0/product_id")
                            .asString())
                    .isEqualTo("*");
        }
    }

    @Test
    void whatWasReadCanBeWhatAPolicyDecidesOn() throws IOException {
        try (AgentClient agent = new AgentClient(server.baseUrl(), SandboxApprover.agentKey(server))) {
            String decisionId = agent.call(
                            "decision_create", Map.of("intent", "order.check", "automation_mode", "propose"))
                    .path("decision_id")
                    .asString();
            JsonNode read = agent.call(
                    "decision_read",
                    Map.of(
                            "decision_id",
                            decisionId,
                            "product",
                            "pg_orders_v1",
                            "purpose",
                            "reporting",
                            "query",
                            Map.of("order_id", "5002")));
            assertThat(read.at("/summary/rows").asInt()).isEqualTo(1);
            assertThat(read.path("data_ref").asString())
                    .isEqualTo("ref:read:" + read.path("event_id").asString());
            try {
                agent.call(
                        "decision_evaluate",
                        Map.of(
                                "decision_id",
                                decisionId,
                                "policy_id",
                                "discount_cap_v1",
                                "inputs_ref",
                                read.path("event_id").asString()));
                throw new AssertionError("An order has no proposed_discount");
            } catch (AgentClient.ToolError unfit) {
                // the order's own fields were the inputs
                assertThat(unfit).hasMessageContaining("proposed_discount is required");
            }
            try {
                agent.call(
                        "decision_evaluate",
                        Map.of("decision_id", decisionId, "policy_id", "discount_cap_v1", "inputs_ref", "evt_x"));
                throw new AssertionError("There is no such read");
            } catch (AgentClient.ToolError unknown) {
                assertThat(unknown).hasMessageContaining("names no read of this decision");
            }
        }
    }

    @Test
    void nothingOfACustomerIsKeptOrLogged() throws Exception {
        Run run = run(python(), Map.of("CUSTOMER_ID", "1001", "DISCOUNT", "0.05"), approval -> {});
        assertThat(run.text()).contains("committed");
        assertThat(server.output()).doesNotContain(PLANTED);
        try (var files = Files.walk(directory)) {
            for (Path log :
                    files.filter(file -> file.toString().endsWith(".log")).toList()) {
                assertThat(Files.readString(log)).as(log.toString()).doesNotContain(PLANTED);
            }
        }
        var jdbc = DemoPostgres.jdbc(directory, DemoPostgres.OWN);
        List<String> tables = jdbc.sql("select table_name from information_schema.tables where table_schema = 'public'")
                .query((row, n) -> row.getString(1))
                .list();
        for (String table : tables) {
            String bytes = table.equals("event") ? "convert_from(leaf, 'UTF8')" : "t::text";
            assertThat(jdbc.sql("select count(*) from \"%s\" t where position(? in %s) > 0".formatted(table, bytes))
                            .param(PLANTED)
                            .query(Long.class)
                            .single())
                    .as(table)
                    .isZero();
        }
    }

    private static List<String> trace(Run run) throws IOException {
        Matcher decision = DECISION.matcher(run.text());
        assertThat(decision.find()).isTrue();
        try (AgentClient agent = new AgentClient(server.baseUrl(), SandboxApprover.agentKey(server))) {
            return agent.call("decision_trace", Map.of("decision_id", decision.group(1)))
                    .path("events")
                    .valueStream()
                    .map(event -> event.path("event_type").asString())
                    // messages go out in their own time
                    .filter(type -> !type.equals("approval_delivery"))
                    .toList();
        }
    }
}
