package com.tracemem.sandbox;

import com.standardwebhooks.exceptions.WebhookSigningException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** Sends a person's answer back to the product, signed, and says in a sentence what came of it. */
final class CallbackSender implements AutoCloseable {
    static final String APPROVER_NAME = "Sandy Approver";

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final JsonMapper json;
    private final InstantSource clock;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(LIMIT)
            .build();

    CallbackSender(JsonMapper json, InstantSource clock) {
        this.json = json;
        this.clock = clock;
    }

    Reply send(Entry entry, Verdict verdict, String rationale, Credentials credentials) throws InterruptedException {
        Instant now = clock.instant();
        String address = entry.request().path("callback_url").asString("");
        try {
            HttpResponse<String> response =
                    client.send(request(address, entry, verdict, rationale, credentials, now), BodyHandlers.ofString());
            String sentence = sentence(response.statusCode(), verdict, body(response.body()));
            return new Reply(verdict, rationale, now, response.statusCode(), sentence);
        } catch (IllegalArgumentException malformed) {
            return new Reply(
                    verdict, rationale, now, 0, "The event's callback address '" + address + "' cannot be called.");
        } catch (IOException failure) {
            return new Reply(
                    verdict,
                    rationale,
                    now,
                    0,
                    "TraceMem did not answer at " + address + ". Your " + verdict.noun()
                            + " may not have arrived: check that the server runs, and press the button again.");
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private HttpRequest request(
            String address, Entry entry, Verdict verdict, String rationale, Credentials credentials, Instant now) {
        var body = json.createObjectNode();
        body.put("approval_id", entry.approvalId());
        body.put("decision", verdict.wireName());
        var approver = body.putObject("approver");
        approver.put("id", "sandy");
        approver.put("name", APPROVER_NAME);
        approver.put("email", "sandy.approver@example.com");
        if (!rationale.isEmpty()) {
            body.put("rationale", rationale);
        }
        String text = body.toString();
        String messageId = "msg_" + UUID.randomUUID().toString().replace("-", "");
        return HttpRequest.newBuilder(URI.create(address))
                .timeout(LIMIT)
                .header("Content-Type", "application/json")
                .header("User-Agent", "TraceMem-Sandbox")
                .header("webhook-id", messageId)
                .header("webhook-timestamp", Long.toString(now.getEpochSecond()))
                .header("webhook-signature", signature(credentials, messageId, now, text))
                .POST(BodyPublishers.ofString(text))
                .build();
    }

    private static String signature(Credentials credentials, String messageId, Instant now, String text) {
        try {
            return Credentials.webhook(credentials.incomingSecret()).sign(messageId, now.getEpochSecond(), text);
        } catch (WebhookSigningException impossible) {
            throw new IllegalStateException("This JDK has no HMAC-SHA256.", impossible);
        }
    }

    private JsonNode body(String text) {
        try {
            return json.readTree(text);
        } catch (JacksonException notJson) {
            return MissingNode.getInstance();
        }
    }

    private static String sentence(int status, Verdict verdict, JsonNode body) {
        String detail = body.path("detail").asString("");
        String more = detail.isEmpty() ? "" : " TraceMem says: " + detail;
        return switch (status) {
            case 200 -> "TraceMem recorded your " + verdict.noun() + ".";
            case 401 ->
                "TraceMem did not accept the signature. The integration's incoming secret was probably rotated." + more;
            case 403 -> APPROVER_NAME + " may not answer this approval." + more;
            case 404 -> "TraceMem does not know this approval, or not at this address." + more;
            case 409 -> "Too late: this was already answered." + (more.isEmpty() ? winner(body) : more);
            case 422 -> "TraceMem wants a rationale: say why, and press the button again." + more;
            case 429 -> "TraceMem is receiving too many calls: wait a moment, and press the button again." + more;
            default ->
                "TraceMem answered " + status + ". Your " + verdict.noun()
                        + " was not recorded: press the button again." + more;
        };
    }

    private static String winner(JsonNode body) {
        String name = body.path("approver").path("name").asString("");
        String status = body.path("status").asString("");
        return name.isEmpty() || status.isEmpty() ? "" : " " + name + " has " + status + " it.";
    }
}
