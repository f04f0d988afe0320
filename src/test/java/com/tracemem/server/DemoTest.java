package com.tracemem.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.store.ExternalDatabase;
import com.tracemem.store.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The first five minutes: what the console says works, and goes on working after a restart. */
class DemoTest {
    private static final Pattern SANDBOX = Pattern.compile("Sandbox approver +(http://\\S+)");
    private static final Pattern KEY = Pattern.compile("Agent key +(tm_\\S+)");
    private static final Pattern BLOCK = Pattern.compile("TRACEMEM=http.*?(?=\\n\\nThen approve)", Pattern.DOTALL);
    private static final Pattern DECISION = Pattern.compile("TMEM_[0-9A-Z]{26}");
    private static final Pattern FORM_TOKEN = Pattern.compile("name=\"?token\"? value=\"([^\"]+)\"");

    @TempDir
    private Path directory;

    @Test
    void theConsolesLinesWorkAndTheKeyStays() throws Exception {
        Map<String, String> environment = Map.of("TRACEMEM_DATA_DIR", directory.toString());
        String key;
        try (ServerProcess server = ServerProcess.serve(environment, "--demo").awaitReady()) {
            key = found(KEY, server.output());
            String answer = bash(found(BLOCK, server.output()));
            assertThat(answer).contains("\"status\":\"pending\"").contains("route_discount_manager");
            String decisionId = found(DECISION, answer);
            String approvalId = found(Pattern.compile("appr_[0-9A-Z]{26}"), answer);

            try (AgentClient agent = new AgentClient(server.baseUrl(), key)) {
                approve(agent, decisionId, URI.create(found(SANDBOX, server.output())), approvalId);
                assertThat(agent.call("decision_get", Map.of("decision_id", decisionId, "wait_seconds", 20))
                                .path("status")
                                .asString())
                        .isEqualTo("approved");
            }
            server.stop();
            assertThat(server.output()).doesNotContain("WARN").doesNotContain("ERROR");
        }
        try (ServerProcess again = ServerProcess.serve(environment, "--demo").awaitReady()) {
            assertThat(found(KEY, again.output())).isEqualTo(key);
            assertThat(bash(found(BLOCK, again.output()))).contains("\"status\":\"pending\"");
        }
    }

    @Test
    void anExternalPostgresGetsASampleStoreAsSoonAsTheUserMayMakeOne() throws Exception {
        ExternalDatabase empty = ExternalDatabase.parse(TestDatabase.createEmpty());
        PGSimpleDataSource superuser = new PGSimpleDataSource();
        superuser.setUrl(empty.jdbcUrl());
        superuser.setUser(empty.user());
        superuser.setPassword(empty.password());
        JdbcClient jdbc = JdbcClient.create(superuser);
        String name = empty.jdbcUrl().substring(empty.jdbcUrl().lastIndexOf('/') + 1);
        for (String sql : List.of(
                "create role demo_user login password 'demo secret'",
                "do $$ begin create role tracemem_runtime nologin; exception when duplicate_object then null; end $$",
                "grant tracemem_runtime to demo_user",
                "alter database " + name + " owner to demo_user")) {
            jdbc.sql(sql).update();
        }
        Map<String, String> environment = Map.of(
                "TRACEMEM_DATA_DIR",
                directory.toString(),
                "TRACEMEM_DATABASE_URL",
                new ExternalDatabase(empty.jdbcUrl(), "demo_user", "demo secret").urlWithPassword());
        try (ServerProcess server = ServerProcess.serve(environment, "--demo").awaitReady()) {
            assertThat(server.output())
                    .contains("There is no sample store with data products: user demo_user")
                    .contains("alter role \"demo_user\" createdb createrole");
        }
        jdbc.sql("alter role demo_user createdb createrole").update();
        for (int start = 0; start < 2; start++) {
            try (ServerProcess server =
                            ServerProcess.serve(environment, "--demo").awaitReady();
                    AgentClient agent = new AgentClient(server.baseUrl(), found(KEY, server.output()))) {
                assertThat(server.output()).contains("examples/python/discount_approval.py");
                String decisionId = agent.call(
                                "decision_create", Map.of("intent", "demo", "automation_mode", "propose"))
                        .path("decision_id")
                        .asString();
                assertThat(agent.call(
                                        "decision_read",
                                        Map.of(
                                                "decision_id",
                                                decisionId,
                                                "product",
                                                "pg_customers_v1",
                                                "purpose",
                                                "discount_evaluation",
                                                "query",
                                                Map.of("customer_id", 1001)))
                                .at("/records/0/name")
                                .asString())
                        .isEqualTo("Acme Corp");
            }
        }
    }

    private static void approve(AgentClient agent, String decisionId, URI sandbox, String approvalId)
            throws IOException, InterruptedException {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> agent.call("decision_get", Map.of("decision_id", decisionId))
                        .at("/approval/delivery/status")
                        .asString()
                        .equals("delivered"));
        try (HttpClient client = HttpClient.newHttpClient()) {
            String page = client.send(HttpRequest.newBuilder(sandbox).build(), BodyHandlers.ofString())
                    .body();
            assertThat(page).contains("High-Value Discount Approval");
            String form = "approval_id=" + approvalId + "&verdict=approved&rationale=good&token="
                    + URLEncoder.encode(found(FORM_TOKEN, page), StandardCharsets.UTF_8);
            client.send(
                    HttpRequest.newBuilder(sandbox.resolve("answer"))
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(BodyPublishers.ofString(form))
                            .build(),
                    BodyHandlers.discarding());
        }
    }

    private static String found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as("%s in\n%s", pattern, text).isTrue();
        return matcher.groupCount() == 0 ? matcher.group() : matcher.group(1);
    }

    /** As a person would: copied and pasted. */
    private static String bash(String lines) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("bash", "-c", lines)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
