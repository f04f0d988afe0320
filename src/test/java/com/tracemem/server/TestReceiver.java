package com.tracemem.server;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;
import com.standardwebhooks.exceptions.WebhookSigningException;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The far end of a webhook integration: verifies what arrives, keeps it, and sends signed answers.
 *
 * <pre>{@code
 * TestReceiver receiver = TestReceiver.start();
 * String integrationId = server.webhook(server.first(), receiver);
 * TestReceiver.Message request = receiver.next();              // waits for an approval.requested
 * receiver.answer(server.baseUrl(), request.approvalId(), "approved", "fine", "msg_1");
 * }</pre>
 */
public final class TestReceiver implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int WAIT_SECONDS = 30;
    private static final AtomicInteger MESSAGES = new AtomicInteger();

    private final HttpServer http;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
    /** Idle ones, by the server they lead to. */
    private final Map<URI, Deque<HttpCall>> connections = new ConcurrentHashMap<>();

    private volatile @Nullable Webhook outgoing;
    private volatile @Nullable Webhook incoming;
    private volatile @Nullable String integrationId;
    private volatile int status = 200;
    private volatile Consumer<Message> listener = messages::add;

    /** A message whose signature was right. */
    public record Message(String id, JsonNode body) {
        public String type() {
            return body.path("type").asString();
        }

        public String approvalId() {
            return body.at("/data/approval_id").asString();
        }

        public String decisionId() {
            return body.at("/data/decision_id").asString();
        }
    }

    private TestReceiver() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 1_000);
        http.setExecutor(threads);
        http.createContext("/", this::receive);
        http.start();
    }

    public static TestReceiver start() {
        try {
            return new TestReceiver();
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort() + "/hook");
    }

    /** Uses the secrets of this integration. */
    public void use(String newIntegrationId, String outgoingSecret, String incomingSecret) {
        integrationId = newIntegrationId;
        outgoing = webhook(outgoingSecret);
        incoming = webhook(incomingSecret);
    }

    /** What is answered from now on; 200 at first. Messages that are not answered with 200 are not kept. */
    public void respondWith(int newStatus) {
        status = newStatus;
    }

    /** Hands every message that arrives to somebody instead of keeping it; on a thread of its own. */
    public void onMessage(Consumer<Message> newListener) {
        listener = newListener;
    }

    /** The next request for an approval; waits for it. */
    public Message next() {
        return next("approval.requested");
    }

    /** The next message of this type; waits for it and drops others. */
    public Message next(String type) {
        try {
            while (true) {
                Message message = messages.poll(WAIT_SECONDS, TimeUnit.SECONDS);
                if (message == null) {
                    throw new AssertionError("No " + type + " arrived within " + WAIT_SECONDS + " seconds");
                }
                if (message.type().equals(type)) {
                    return message;
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** Answers under a message id of its own. */
    public HttpCall.Answer answer(URI server, String approvalId, String decision, @Nullable String rationale)
            throws IOException {
        return answer(server, approvalId, decision, rationale, "msg_test_" + MESSAGES.incrementAndGet());
    }

    /** Answers; the same message id again is the same answer sent again. */
    public HttpCall.Answer answer(
            URI server, String approvalId, String decision, @Nullable String rationale, String messageId)
            throws IOException {
        ObjectNode body = JSON.createObjectNode();
        body.put("approval_id", approvalId).put("decision", decision);
        body.putObject("approver").put("id", "u1").put("name", "Ada").put("email", "ada@example.com");
        if (rationale != null) {
            body.put("rationale", rationale);
        }
        String text = JSON.writeValueAsString(body);
        Deque<HttpCall> free = connections.computeIfAbsent(server, node -> new ConcurrentLinkedDeque<>());
        HttpCall kept = free.poll();
        HttpCall call = kept == null ? HttpCall.to(server) : kept;
        boolean whole = false;
        try {
            HttpCall.Answer answer = call.post("/v1/callbacks/webhook/" + integrationId, signed(messageId, text), text);
            whole = true;
            return answer;
        } finally {
            if (whole) {
                free.push(call);
            } else {
                call.close();
            }
        }
    }

    private Map<String, String> signed(String messageId, String body) {
        long seconds = Clock.systemUTC().instant().getEpochSecond();
        try {
            String signature =
                    Objects.requireNonNull(incoming, "use the secrets first").sign(messageId, seconds, body);
            return Map.of(
                    "webhook-id", messageId,
                    "webhook-timestamp", String.valueOf(seconds),
                    "webhook-signature", signature);
        } catch (WebhookSigningException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Webhook verifier = outgoing;
            if (verifier == null || !verified(verifier, exchange, body)) {
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            if (status == 200) {
                Message message = new Message(
                        Objects.requireNonNull(exchange.getRequestHeaders().getFirst("webhook-id")),
                        JSON.readTree(body));
                threads.execute(() -> listener.accept(message));
            }
            exchange.sendResponseHeaders(status, -1);
        }
    }

    private static boolean verified(Webhook verifier, HttpExchange exchange, String body) {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(exchange.getRequestHeaders());
        try {
            verifier.verify(body, HttpHeaders.of(headers, (name, value) -> true));
            return true;
        } catch (WebhookVerificationException forged) {
            return false;
        }
    }

    private static Webhook webhook(String secret) {
        try {
            return new Webhook(secret);
        } catch (EmptyWebhookSecretException empty) {
            throw new IllegalArgumentException(empty);
        }
    }

    @Override
    public void close() throws IOException {
        http.stop(0);
        threads.shutdownNow();
        for (Deque<HttpCall> free : connections.values()) {
            for (HttpCall call = free.poll(); call != null; call = free.poll()) {
                call.close();
            }
        }
    }
}
