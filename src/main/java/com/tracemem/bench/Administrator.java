package com.tracemem.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Sets up a webhook integration, a route, a policy and a data product as an administrator would, over REST. */
final class Administrator implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int LONGEST_TIMEOUT_MS = 30_000;
    /** The product's own example. */
    static final String POLICY = "discount_cap_v1";

    static final String PRODUCT = "bench_customers";
    static final String PURPOSE = "benchmark";

    private final InetSocketAddress address;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final JsonMapper json = JsonMapper.builder().build();
    private String token = "";

    Administrator(InetSocketAddress address) {
        this.address = address;
    }

    Target prepare(FirstRun firstRun, String receiverUrl) throws IOException, InterruptedException {
        login(firstRun);
        post("/v1/admin/policies", "application/yaml", example());
        post("/v1/admin/policies/" + POLICY + "/publish", json.createObjectNode());
        return webhook(firstRun, "bench", receiverUrl);
    }

    void login(FirstRun firstRun) throws IOException, InterruptedException {
        ObjectNode login = json.createObjectNode();
        login.put("email", firstRun.adminEmail());
        login.put("password", firstRun.adminPassword());
        token = post("/v1/auth/login", login).required("access_token").asString();
    }

    /** A further endpoint, with a route of its own. */
    Target webhook(FirstRun firstRun, String name, String url) throws IOException, InterruptedException {
        ObjectNode webhook = json.createObjectNode();
        webhook.put("name", name);
        webhook.put("url", url);
        webhook.put("timeout_ms", LONGEST_TIMEOUT_MS);
        webhook.putArray("events").add("approval.requested");
        JsonNode created = post("/v1/admin/integrations/webhook", webhook);
        String integrationId = created.required("webhook_id").asString();
        post("/v1/admin/integrations/" + integrationId + "/enable", json.createObjectNode());

        ObjectNode route = json.createObjectNode();
        route.put("approval_route_id", "route_" + name);
        route.put("name", name);
        route.put("integration_id", integrationId);
        route.put("require_rationale", false);
        route.put("expires_in_seconds", 3_600);
        post("/v1/admin/approval-routes", route);
        return new Target(
                address,
                firstRun.agentKey(),
                integrationId,
                created.required("incoming_secret").asString(),
                "route_" + name);
    }

    void disable(Target target) throws IOException, InterruptedException {
        post("/v1/admin/integrations/" + target.integrationId() + "/disable", json.createObjectNode());
    }

    void enable(Target target) throws IOException, InterruptedException {
        post("/v1/admin/integrations/" + target.integrationId() + "/enable", json.createObjectNode());
    }

    /** A connector to the sample store, and a product that reads from it. */
    void product(PostgresAddress store) throws IOException, InterruptedException {
        product(store, PRODUCT);
    }

    /** The same under a name of its own, over a connector of its own. */
    void product(PostgresAddress store, String productId) throws IOException, InterruptedException {
        ObjectNode connector = json.createObjectNode();
        connector.put("name", productId);
        connector.put("type", "postgresql");
        connector.put("host", "127.0.0.1");
        connector.put("port", store.port());
        connector.put("database", SampleStore.DATABASE);
        connector.put("username", store.user());
        connector.put("password", store.password());
        connector.put("tls", "none");
        String connectorId =
                post("/v1/admin/connectors", connector).required("connector_id").asString();

        ObjectNode product = json.createObjectNode();
        product.put("product_id", productId);
        product.put("name", "Customers");
        product.put("connector_id", connectorId);
        product.put("operation", "read");
        product.putObject("source").put("table", SampleStore.TABLE);
        ArrayNode fields = product.putArray("fields");
        for (String field : List.of("customer_id", "name", "tier", "credit", "since")) {
            fields.addObject().put("name", field);
        }
        product.putArray("purposes").add(PURPOSE);
        post("/v1/admin/products", product);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private static String example() throws IOException {
        try (InputStream in = Administrator.class.getResourceAsStream("/examples/policies/" + POLICY + ".yaml")) {
            if (in == null) {
                throw new BenchFailure("The program is incomplete: the example policy is missing; build it again.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private JsonNode post(String path, ObjectNode body) throws IOException, InterruptedException {
        return post(path, "application/json", body.toString());
    }

    private JsonNode post(String path, String type, String body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + address.getPort() + path))
                .timeout(LIMIT)
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            throw new BenchFailure(
                    "The server refused POST " + path + " with " + response.statusCode() + ": " + response.body());
        }
        return response.body().isEmpty() ? json.createObjectNode() : json.readTree(response.body());
    }
}
