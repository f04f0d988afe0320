package com.tracemem.server;

import com.tracemem.identity.FirstRun;
import com.tracemem.policy.HostileText;
import com.tracemem.policy.PolicyWarmUp;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** An ordinary day in a second: what a cache of classes has to hold. */
final class Rehearsal {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern FORM_TOKEN = Pattern.compile("name=\"?token\"? value=\"([^\"]+)\"");
    private static final Duration CALL_LIMIT = Duration.ofSeconds(30);
    private static final int LOOKS = 200;
    private static final int LOOK_MILLIS = 25;
    private static final int OPERATIONS = 200;
    /** So often that the cache knows how what refuses hostile texts is compiled. */
    private static final int POLICY_ROUNDS = 20;

    private static final int HOSTILE_ROUNDS = 5;

    private final HttpClient client;
    private final Server server;
    private final Demo demo;

    private Rehearsal(HttpClient client, Server server, Demo demo) {
        this.client = client;
        this.server = server;
        this.demo = demo;
    }

    /**
     * Plays it.
     *
     * @throws StartFailure when the server does not do its part
     */
    static void play(Server server, Demo demo) throws IOException {
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            Rehearsal rehearsal = new Rehearsal(client, server, demo);
            rehearsal.agent();
            rehearsal.administrator();
            PolicyWarmUp.run(POLICY_ROUNDS);
            for (String path : List.of("/health/live", "/health/ready", "/metrics", "/dashboard")) {
                rehearsal.get(server.settings().url(path), Map.of());
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private void agent() throws IOException, InterruptedException {
        rpc("initialize", JSON.createObjectNode().put("protocolVersion", "2025-06-18"));
        rpc("tools/list", JSON.createObjectNode());
        String decisionId = tool(
                        "decision_create", Map.of("intent", "customer.discount.evaluate", "automation_mode", "propose"))
                .path("decision_id")
                .asString();
        for (int i = 0; i < OPERATIONS; i++) {
            tool("decision_add_context", Map.of("decision_id", decisionId, "context", Map.of("n", i)));
        }
        for (int i = 0; i < OPERATIONS; i++) {
            tool(
                    "decision_evaluate",
                    Map.of(
                            "decision_id",
                            decisionId,
                            "policy_id",
                            DemoSetup.POLICY,
                            "inputs",
                            Map.of("proposed_discount", 0.25, "order_value", i)));
        }
        String approvalId = tool(
                        "decision_request_approval",
                        Map.of("decision_id", decisionId, "title", "Discount", "message", "25% for customer 1001"))
                .path("approval_id")
                .asString();
        awaitDelivery(decisionId);
        approve(approvalId);
        tool("decision_get", Map.of("decision_id", decisionId, "wait_seconds", 5));
        data(decisionId);
        tool("decision_close", Map.of("decision_id", decisionId, "action", "commit"));
        tool("decision_trace", Map.of("decision_id", decisionId));
        tool("capabilities_get", Map.of());
    }

    private void data(String decisionId) throws IOException, InterruptedException {
        if (!demo.hasStore()) {
            return;
        }
        tool("products_list", Map.of());
        tool("product_get", Map.of("product", DemoStore.CUSTOMERS));
        for (int i = 0; i < OPERATIONS; i++) {
            tool(
                    "decision_read",
                    Map.of(
                            "decision_id",
                            decisionId,
                            "product",
                            DemoStore.CUSTOMERS,
                            "purpose",
                            DemoStore.PURPOSE,
                            "query",
                            Map.of("customer_id", 1001)));
        }
        tool(
                "decision_write",
                Map.of(
                        "decision_id",
                        decisionId,
                        "product",
                        DemoStore.DISCOUNTS,
                        "purpose",
                        DemoStore.PURPOSE,
                        "mutation",
                        Map.of(
                                "records",
                                List.of(Map.of(
                                        "customer_id", 1001, "proposed_discount", 0.1, "customer_tier", "standard"))),
                        "idempotency_key",
                        "rehearsal"));
    }

    private void administrator() throws IOException, InterruptedException {
        if (!(server.room(FirstRun.Outcome.class) instanceof FirstRun.Outcome.Created made)) {
            return;
        }
        ObjectNode login = JSON.createObjectNode()
                .put("email", made.content().adminEmail())
                .put("password", made.content().adminPassword());
        String token = JSON.readTree(post(server.settings().url("/v1/auth/login"), Map.of(), login.toString()))
                .path("access_token")
                .asString();
        Map<String, String> bearer = Map.of("Authorization", "Bearer " + token);
        for (String path :
                List.of("/v1/me", "/v1/admin/agents", "/v1/admin/integrations", "/v1/approvals", "/v1/decisions")) {
            get(server.settings().url(path), bearer);
        }
        policies(bearer);
    }

    private void policies(Map<String, String> bearer) throws IOException, InterruptedException {
        String policies = server.settings().url("/v1/admin/policies");
        JsonNode published = JSON.readTree(get(policies + "/" + DemoSetup.POLICY, bearer));
        Map<String, String> yaml = new HashMap<>(bearer);
        yaml.put("Content-Type", "application/yaml");
        String source = published.path("source").asString();
        post(policies, yaml, source.replace("inputs.proposed_discount > 0.15", "inputs.proposd_discount > 0.15"));
        post(policies, yaml, "policy_id: [a, &b c]");
        post(policies, yaml, source);
        String one = policies + "/" + DemoSetup.POLICY;
        String inputs = "\"inputs\": {\"proposed_discount\": 0.25}";
        post(one + "/simulate", bearer, "{\"draft\": true, " + inputs + "}");
        post(one + "/simulate", bearer, "{" + inputs + "}");
        get(one + "/diff?from=1&to=draft", bearer);
        get(one + "/versions", bearer);
        post(one + "/backtest", bearer, "{\"from\": \"2026-01-01T00:00:00Z\", \"to\": \"2100-01-01T00:00:00Z\"}");
        post(one + "/publish", bearer, "");
        for (int round = 0; round < HOSTILE_ROUNDS; round++) {
            for (HostileText text : HostileText.values()) {
                post(policies, yaml, text.source());
                post(policies + "/hostile/simulate", bearer, "{\"draft\": true, " + inputs + "}");
                post(policies + "/hostile/publish", bearer, "");
            }
        }
    }

    /** The worker delivers within milliseconds. */
    private void awaitDelivery(String decisionId) throws IOException, InterruptedException {
        for (int look = 0; look < LOOKS; look++) {
            JsonNode decision = tool("decision_get", Map.of("decision_id", decisionId));
            if (decision.at("/approval/delivery/status").asString().equals("delivered")) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        throw new StartFailure("The rehearsal's approval was not delivered to the sandbox.");
    }

    private void approve(String approvalId) throws IOException, InterruptedException {
        Matcher token = FORM_TOKEN.matcher(get(demo.sandbox().toString(), Map.of()));
        if (!token.find()) {
            throw new StartFailure("The sandbox's page lists no approval.");
        }
        String form = "approval_id=" + approvalId + "&verdict=approved&rationale=yes&token="
                + URLEncoder.encode(token.group(1), StandardCharsets.UTF_8);
        post(
                demo.sandbox().resolve("answer").toString(),
                Map.of("Content-Type", "application/x-www-form-urlencoded"),
                form);
    }

    private JsonNode tool(String name, Map<String, ?> arguments) throws IOException, InterruptedException {
        ObjectNode parameters = JSON.createObjectNode().put("name", name);
        parameters.set("arguments", JSON.valueToTree(arguments));
        JsonNode answer = rpc("tools/call", parameters);
        if (answer.has("error")) {
            throw new StartFailure("The rehearsal's " + name + " was answered " + answer + ".");
        }
        return answer.at("/result/structuredContent");
    }

    private JsonNode rpc(String method, JsonNode parameters) throws IOException, InterruptedException {
        ObjectNode request = JSON.createObjectNode();
        request.put("jsonrpc", "2.0").put("id", 1).put("method", method).set("params", parameters);
        return JSON.readTree(post(
                server.settings().url("/mcp"),
                Map.of("Authorization", "Agent " + demo.agentKey(), "Content-Type", "application/json"),
                request.toString()));
    }

    private String get(String url, Map<String, String> headers) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(url)), headers);
    }

    private String post(String url, Map<String, String> headers, String body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).POST(BodyPublishers.ofString(body));
        if (!headers.containsKey("Content-Type")) {
            request.setHeader("Content-Type", "application/json");
        }
        return send(request, headers);
    }

    private String send(HttpRequest.Builder request, Map<String, String> headers)
            throws IOException, InterruptedException {
        headers.forEach(request::setHeader);
        return client.send(request.timeout(CALL_LIMIT).build(), BodyHandlers.ofString())
                .body();
    }
}
