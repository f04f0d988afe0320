package com.tracemem.sandbox;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads bounded bodies and writes whole answers. */
final class HttpAnswers {
    static final int BODY_LIMIT_BYTES = 262_144;

    private HttpAnswers() {}

    /** The body, or null when it is longer than {@value #BODY_LIMIT_BYTES} bytes. */
    static byte @Nullable [] body(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(BODY_LIMIT_BYTES + 1);
        return body.length > BODY_LIMIT_BYTES ? null : body;
    }

    static void text(HttpExchange exchange, int status, String sentence) throws IOException {
        send(exchange, status, "text/plain; charset=utf-8", sentence + "\n");
    }

    static void send(HttpExchange exchange, int status, String contentType, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        var headers = exchange.getResponseHeaders();
        headers.set("Content-Type", contentType);
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        // Not "no-referrer": the browser would then hide the origin of the form from us as well.
        headers.set("Referrer-Policy", "same-origin");
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head || bytes.length == 0 ? -1 : bytes.length);
        if (!head && bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
    }
}
