package com.tracemem.sandbox;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The product as the sandbox sees it: sends signed events, and verifies the signed answers that come back. */
final class PlayedProduct implements AutoCloseable {
    static final Credentials CREDENTIALS =
            new Credentials("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c2FuZGJveC1pbmNvbWluZy1zZWNyZXQ=");

    final BlockingQueue<JsonNode> answers = new LinkedBlockingQueue<>();
    final HttpClient http = HttpClient.newHttpClient();
    volatile int callbackStatus = 200;
    volatile String callbackBody = "{}";

    private final HttpServer callback;
    private final JsonMapper json = JsonMapper.builder().build();

    PlayedProduct() throws IOException {
        callback = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        callback.createContext("/", this::receive);
        callback.start();
    }

    String requested(String approvalId, String title, boolean requireRationale) {
        return event("approval.requested", approvalId, "pending", """
                "title": %s, "message": "Customer asked twice", "approval_route_id": "route_discount_manager",
                "require_rationale": %s, "expires_at": "2099-01-01T00:00:00.000Z",
                "decision": {"intent": "customer.discount", "automation_mode": "propose", "actor": "sales-bot"},
                "policy": {"policy_id": "discount_cap", "outcome": "requires_exception", "message": "Over 10 %%", "rule": "over_cap"},
                "proposed_action": {"product": "orders", "operation": "update", "mutation": {"discount": 25}},
                "context": [{"summary": "Gold customer since 2019"}]""".formatted(
                        json.writeValueAsString(title), requireRationale));
    }

    String resolved(String approvalId, String status) {
        return event("approval.resolved", approvalId, status, """
                "approver": {"id": "u1", "name": "Ann Other", "email": "ann@example.com", "channel": "dashboard"},
                "rationale": "Fine with me", "resolved_at": "2026-01-07T12:00:00.000Z\"""");
    }

    int send(Sandbox sandbox, String messageId, String body) throws Exception {
        return send(sandbox, messageId, Instant.now(), body, CREDENTIALS.outgoingSecret());
    }

    int send(Sandbox sandbox, String messageId, Instant time, String body, String secret) throws Exception {
        String signature = new Webhook(secret).sign(messageId, time.getEpochSecond(), body);
        HttpRequest request = HttpRequest.newBuilder(sandbox.webhookAddress())
                .header("webhook-id", messageId)
                .header("webhook-timestamp", Long.toString(time.getEpochSecond()))
                .header("webhook-signature", signature)
                .POST(BodyPublishers.ofString(body))
                .build();
        return http.send(request, BodyHandlers.ofString()).statusCode();
    }

    HttpResponse<String> get(URI address) throws Exception {
        return http.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> post(Sandbox sandbox, @Nullable String origin, String form) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(sandbox.address().resolve("answer"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form));
        if (origin != null) {
            request.header("Origin", origin);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    JsonNode awaitAnswer() throws InterruptedException {
        return Objects.requireNonNull(answers.poll(20, TimeUnit.SECONDS), "no callback arrived");
    }

    void stopAnswering() {
        callback.stop(0);
    }

    @Override
    public void close() {
        stopAnswering();
        http.shutdownNow();
    }

    static Duration stale() {
        return Duration.ofMinutes(6);
    }

    private String event(String type, String approvalId, String status, String more) {
        return """
                {"type": "%s", "timestamp": "2026-01-07T12:00:00.000Z", "data": {"approval_id": "%s",
                "decision_id": "TMEM_1", "status": "%s", "sequence": 1,
                "callback_url": "http://127.0.0.1:%d/v1/callbacks/webhook/int_1", %s}}""".formatted(type, approvalId, status, callback.getAddress().getPort(), more);
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            int status = callbackStatus;
            try {
                Credentials.webhook(CREDENTIALS.incomingSecret()).verify(body, exchange.getRequestHeaders());
                answers.add(json.readTree(body));
            } catch (WebhookVerificationException refused) {
                status = 401;
            }
            byte[] bytes = callbackBody.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }
}
