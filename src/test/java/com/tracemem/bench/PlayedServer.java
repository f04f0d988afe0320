package com.tracemem.bench;

import com.standardwebhooks.Webhook;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A server that answers the agents' door from memory, delivers, and verifies callbacks. */
final class PlayedServer implements AutoCloseable {
    static final String SECRET = "whsec_c2FuZGJveC1pbmNvbWluZy1zZWNyZXQ=";

    final AtomicInteger contexts = new AtomicInteger();
    final AtomicInteger evaluations = new AtomicInteger();
    final AtomicInteger reads = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    final AtomicInteger refused = new AtomicInteger();
    volatile String webhook = "";
    volatile boolean failing;

    private final AtomicInteger ids = new AtomicInteger();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client = HttpClient.newHttpClient();
    private final JsonMapper json = JsonMapper.builder().build();

    PlayedServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/mcp", this::tool);
        server.createContext("/v1/callbacks/webhook/int_1", this::callback);
        server.start();
    }

    Target target() {
        return new Target(server.getAddress(), "tm_key", "int_1", SECRET, "route_bench");
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        client.shutdownNow();
    }

    private void tool(HttpExchange exchange) throws IOException {
        JsonNode call = json.readTree(exchange.getRequestBody().readAllBytes());
        JsonNode arguments = call.at("/params/arguments");
        String decisionId = arguments.path("decision_id").asString("");
        if (failing) {
            answer(
                    exchange,
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32603,\"data\":\"Decision not found\"}}");
            return;
        }
        switch (call.at("/params/name").asString()) {
            case "decision_create" -> decisionId = "TMEM_" + id();
            case "decision_add_context" -> contexts.incrementAndGet();
            case "decision_evaluate" -> evaluations.incrementAndGet();
            case "decision_read" -> reads.incrementAndGet();
            case "decision_close" -> closed.incrementAndGet();
            case "decision_request_approval" -> deliver(decisionId);
            default -> throw new IllegalStateException("an unexpected tool: " + call);
        }
        answer(
                exchange,
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"{\\\"decision_id\\\":\\\""
                        + decisionId + "\\\"}\"}]}}");
    }

    private void deliver(String decisionId) {
        String body = "{\"type\":\"approval.requested\",\"data\":{\"approval_id\":\"appr_" + id()
                + "\",\"decision_id\":\"" + decisionId + "\"}}";
        var _ = client.sendAsync(
                HttpRequest.newBuilder(URI.create(webhook))
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.discarding());
    }

    private void callback(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        try {
            new Webhook(SECRET).verify(body, exchange.getRequestHeaders());
        } catch (Exception unverified) {
            refused.incrementAndGet();
        }
        answer(exchange, "{\"status\":\"approved\"}");
    }

    private static void answer(HttpExchange exchange, String body) throws IOException {
        try (exchange) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            // Half of the answers in chunks, as servers may.
            exchange.sendResponseHeaders(200, bytes.length % 2 == 0 ? bytes.length : 0);
            exchange.getResponseBody().write(bytes);
        }
    }

    private String id() {
        return String.format(Locale.ROOT, "%026d", ids.incrementAndGet());
    }
}
