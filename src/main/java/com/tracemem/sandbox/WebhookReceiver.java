package com.tracemem.sandbox;

import com.standardwebhooks.exceptions.WebhookVerificationException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Receives events as any Standard Webhooks receiver should: the signature and the timestamp (at most five minutes old)
 * are verified over the raw body before anything is believed, and a message that comes again is acknowledged again
 * without a second effect. See <a href="https://www.standardwebhooks.com">standardwebhooks.com</a>.
 */
final class WebhookReceiver implements HttpHandler {
    private final Inbox inbox;
    private final JsonMapper json;
    private final Supplier<@Nullable Credentials> credentials;

    WebhookReceiver(Inbox inbox, JsonMapper json, Supplier<@Nullable Credentials> credentials) {
        this.inbox = inbox;
        this.json = json;
        this.credentials = credentials;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestMethod().equals("POST")) {
                exchange.getResponseHeaders().set("Allow", "POST");
                HttpAnswers.text(exchange, 405, "Webhooks are POSTed here.");
                return;
            }
            Credentials known = credentials.get();
            if (known == null) {
                HttpAnswers.text(exchange, 503, "The sandbox has no credentials yet: no webhook integration uses it.");
                return;
            }
            byte[] body = HttpAnswers.body(exchange);
            if (body == null) {
                HttpAnswers.text(exchange, 413, "The body is longer than " + HttpAnswers.BODY_LIMIT_BYTES + " bytes.");
                return;
            }
            take(exchange, new String(body, StandardCharsets.UTF_8), known);
        }
    }

    private void take(HttpExchange exchange, String body, Credentials known) throws IOException {
        try {
            Credentials.webhook(known.outgoingSecret()).verify(body, exchange.getRequestHeaders());
        } catch (WebhookVerificationException refused) {
            HttpAnswers.text(exchange, 401, "The webhook's signature or timestamp is not valid; nothing was taken.");
            return;
        }
        JsonNode event;
        try {
            event = json.readTree(body);
        } catch (JacksonException notJson) {
            HttpAnswers.text(exchange, 400, "The body is not JSON.");
            return;
        }
        // Verified, therefore present.
        inbox.take(exchange.getRequestHeaders().getFirst("webhook-id"), event);
        HttpAnswers.send(exchange, 204, "text/plain", "");
    }
}
