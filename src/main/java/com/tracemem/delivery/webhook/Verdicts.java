package com.tracemem.delivery.webhook;

import com.tracemem.delivery.BlockedAddressException;
import com.tracemem.delivery.SendResult;
import com.tracemem.delivery.ShownText;
import com.tracemem.trace.Sha256;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;

/** What an endpoint's answer, or its silence, means. The sentences name no header and no secret. */
final class Verdicts {
    private static final int LONGEST_QUOTE = 200;

    private Verdicts() {}

    static SendResult of(WebhookClient.Reply reply, Sha256 shownDigest, int masked) {
        int status = reply.status();
        if (reply.isSuccess()) {
            return new SendResult.Sent(null, shownDigest, masked);
        }
        if (status >= 300 && status <= 399) {
            return new SendResult.Misconfigured(
                    "The endpoint answered with a redirect (%d), which is never followed: enter the final URL"
                            .formatted(status),
                    "HTTP " + status);
        }
        String reason = "HTTP " + status;
        String answered = "The endpoint answered %d%s".formatted(status, quote(reply.text()));
        return switch (status) {
            case 401, 403 ->
                new SendResult.Misconfigured(
                        answered + ": check that it knows the outgoing secret and lets TraceMem in", reason);
            case 404, 405 ->
                new SendResult.Misconfigured(answered + ": check the URL, and that it takes POST requests", reason);
            case 410 ->
                new SendResult.Gone(answered + ": it is gone for good, so the integration was disabled", reason);
            case 429, 502, 503, 504 ->
                new SendResult.Unreachable(answered + ": it is overloaded or down", reason, reply.retryAfter());
            default ->
                new SendResult.Unreachable(
                        answered + ": only 200 to 299 count as received", reason, reply.retryAfter());
        };
    }

    static SendResult of(IOException failure, WebhookConfig config) {
        String host = config.url().host();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BlockedAddressException blocked) {
                return new SendResult.Misconfigured(
                        "%s was not called. %s".formatted(host, blocked.getMessage()), "blocked address");
            }
        }
        return switch (failure) {
            case UnknownHostException unknown ->
                new SendResult.Unreachable(
                        "The name %s could not be resolved: check the URL's host".formatted(host),
                        "host not resolved",
                        null);
            case SSLException untrusted ->
                new SendResult.Unreachable(
                        "No encrypted connection to %s could be made: check its certificate and that it speaks TLS 1.2 or 1.3"
                                .formatted(host),
                        "no encrypted connection",
                        null);
            case ConnectException refused ->
                new SendResult.Unreachable(
                        "%s:%d does not accept connections: check that the endpoint runs and can be reached"
                                .formatted(host, config.url().port()),
                        "connection refused",
                        null);
            case InterruptedIOException timeout ->
                new SendResult.Unreachable(
                        "The exchange with %s was not over within %d ms: answer first and work after, or raise timeout_ms"
                                .formatted(host, config.timeout().toMillis()),
                        "timed out after %d ms".formatted(config.timeout().toMillis()),
                        null);
            default ->
                new SendResult.Unreachable(
                        "The connection to %s broke before an answer came: see the endpoint's own log".formatted(host),
                        "connection broke",
                        null);
        };
    }

    private static String quote(String text) {
        String line = ShownText.clean(text).replaceAll("\\s+", " ").strip();
        return line.isEmpty() ? "" : " (" + ShownText.cut(line, LONGEST_QUOTE) + ")";
    }
}
