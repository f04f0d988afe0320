package com.tracemem.sandbox;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The page's requests: {@code GET /}, {@code GET /list} (waits for a change), {@code POST /answer}. Another site can
 * neither read the page (the host must be this machine) nor press its buttons (origin and a token are checked).
 */
final class ApproverPage implements HttpHandler {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);
    private static final int WAITING_LIMIT = 50;
    private static final int RATIONALE_LIMIT = 2_000;
    private static final Set<String> THIS_MACHINE = Set.of("127.0.0.1", "localhost", "[::1]");

    private final Inbox inbox;
    private final CallbackSender callbacks;
    private final InstantSource clock;
    private final Supplier<@Nullable Credentials> credentials;
    private final Semaphore waiting = new Semaphore(WAITING_LIMIT);
    private final String token = random();

    ApproverPage(
            Inbox inbox, CallbackSender callbacks, InstantSource clock, Supplier<@Nullable Credentials> credentials) {
        this.inbox = inbox;
        this.callbacks = callbacks;
        this.clock = clock;
        this.credentials = credentials;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String host = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Host"))
                    .orElse("");
            if (!THIS_MACHINE.contains(host.replaceFirst(":\\d+$", ""))) {
                HttpAnswers.text(exchange, 421, "This page answers at 127.0.0.1 and localhost only.");
                return;
            }
            String method = exchange.getRequestMethod();
            switch ((method.equals("HEAD") ? "GET" : method) + " "
                    + exchange.getRequestURI().getPath()) {
                case "GET /" -> page(exchange);
                case "GET /list" -> list(exchange);
                case "POST /answer" -> answer(exchange, host);
                default -> HttpAnswers.text(exchange, 404, "There is nothing here. The page is at /.");
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private Page current() {
        // The version is read first: a change in between is then fetched once more, never missed.
        long version = inbox.version();
        return new Page(inbox.newestFirst(), version, clock.instant(), token, credentials.get() != null);
    }

    private void page(HttpExchange exchange) throws IOException {
        String nonce = random();
        var headers = exchange.getResponseHeaders();
        headers.set(
                "Content-Security-Policy",
                "default-src 'none'; style-src 'nonce-" + nonce + "'; script-src 'nonce-" + nonce
                        + "'; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none';"
                        + " frame-ancestors 'none'");
        HttpAnswers.send(exchange, 200, "text/html; charset=utf-8", current().html(nonce));
    }

    private void list(HttpExchange exchange) throws IOException, InterruptedException {
        if (waiting.tryAcquire()) {
            try {
                inbox.awaitChange(seenVersion(exchange), LONGEST_WAIT);
            } finally {
                waiting.release();
            }
        }
        Page page = current();
        exchange.getResponseHeaders().set("X-Version", Long.toString(page.version()));
        HttpAnswers.send(exchange, 200, "text/html; charset=utf-8", page.list());
    }

    private static long seenVersion(HttpExchange exchange) {
        try {
            return Long.parseLong(
                    form(Optional.ofNullable(exchange.getRequestURI().getRawQuery())
                                    .orElse(""))
                            .getOrDefault("seen", "0"));
        } catch (NumberFormatException unreadable) {
            return 0;
        }
    }

    private void answer(HttpExchange exchange, String host) throws IOException, InterruptedException {
        String origin = exchange.getRequestHeaders().getFirst("Origin");
        if (origin != null && !origin.equals("http://" + host)) {
            HttpAnswers.text(exchange, 403, "Another site sent this answer; it was not passed on.");
            return;
        }
        byte[] body = HttpAnswers.body(exchange);
        Map<String, String> form = body == null ? Map.of() : form(new String(body, StandardCharsets.UTF_8));
        if (!MessageDigest.isEqual(bytes(token), bytes(form.getOrDefault("token", "")))) {
            HttpAnswers.text(
                    exchange, 403, "This page is older than the sandbox that runs now: go back, reload, answer again.");
            return;
        }
        Verdict verdict = switch (form.getOrDefault("verdict", "")) {
            case "approved" -> Verdict.APPROVED;
            case "rejected" -> Verdict.REJECTED;
            default -> null;
        };
        Entry entry = inbox.find(form.getOrDefault("approval_id", "")).orElse(null);
        Credentials known = credentials.get();
        if (verdict == null || entry == null || known == null) {
            HttpAnswers.text(exchange, 400, "The answer names no approval that is listed here, or no verdict.");
            return;
        }
        String rationale = form.getOrDefault("rationale", "").strip();
        if (rationale.length() > RATIONALE_LIMIT) {
            HttpAnswers.text(exchange, 400, "A rationale has at most " + RATIONALE_LIMIT + " characters.");
            return;
        }
        Reply reply = callbacks.send(entry, verdict, rationale, known);
        inbox.update(entry.approvalId(), latest -> latest.withReply(reply));
        exchange.getResponseHeaders()
                .set("Location", "/#" + URLEncoder.encode(entry.approvalId(), StandardCharsets.UTF_8));
        HttpAnswers.send(exchange, 303, "text/plain", "");
    }

    private static Map<String, String> form(String encoded) {
        Map<String, String> fields = new HashMap<>();
        for (String field : encoded.split("&", 20)) {
            int equals = field.indexOf('=');
            if (equals > 0) {
                fields.put(field.substring(0, equals), decoded(field.substring(equals + 1)));
            }
        }
        return fields;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return "";
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String random() {
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
