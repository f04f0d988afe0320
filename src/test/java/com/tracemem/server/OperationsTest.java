package com.tracemem.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.tracemem.Promise;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What operators watch: the metrics, and the dashboard and alerts that are made of them. */
class OperationsTest {
    private static final Path OPERATIONS = Path.of("docs/operations");
    private static final Pattern METRIC = Pattern.compile("\\btracemem_[a-z_]+");

    @Test
    @Promise("Q10")
    void dashboardAndAlertsUseMetricsThatExistAndNoMetricNamesATenant() throws Exception {
        try (TestServer server = TestServer.start();
                TestReceiver receiver = TestReceiver.start()) {
            String integration = server.webhook(server.first(), receiver);
            server.route(server.first(), "route_metrics", integration, false);
            try (AgentClient agent =
                    new AgentClient(server.baseUrl(), server.first().agentKey())) {
                String decision = agent.call("decision_create", Map.of("intent", "look", "automation_mode", "propose"))
                        .path("decision_id")
                        .asString();
                agent.call(
                        "decision_request_approval",
                        Map.of("decision_id", decision, "title", "Look", "approval_route_id", "route_metrics"));
            }
            receiver.next();
            await().atMost(Duration.ofSeconds(20)).until(() -> metrics(server).contains("outcome=\"sent\""));
            String metrics = metrics(server);

            assertThat(metrics)
                    .contains("tracemem_delivery_attempts_seconds_count{channel=\"webhook\",outcome=\"sent\"} 1")
                    .contains("tracemem_delivery_attempts_seconds_bucket{")
                    .contains("tracemem_delivery_oldest_due_seconds ")
                    .contains("tracemem_delivery_failed ")
                    .contains("tracemem_delivery_lost_total ")
                    .doesNotContain(server.first().tenantId())
                    .doesNotContain(integration);
            Set<String> used = new TreeSet<>();
            for (String file : new String[] {"tracemem-dashboard.json", "tracemem-alerts.yaml"}) {
                METRIC.matcher(Files.readString(OPERATIONS.resolve(file)))
                        .results()
                        .forEach(use -> used.add(use.group()));
            }
            assertThat(used).hasSizeGreaterThan(4);
            // this one is there only once something was given up on
            used.remove("tracemem_delivery_given_up_total");
            assertThat(used).allMatch(metrics::contains);
            JsonNode dashboard = JsonMapper.builder()
                    .build()
                    .readTree(Files.readString(OPERATIONS.resolve("tracemem-dashboard.json")));
            assertThat(dashboard.required("panels")).hasSizeGreaterThan(5);
        }
    }

    private static String metrics(TestServer server) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(URI.create(server.baseUrl() + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }
}
