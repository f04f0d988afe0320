package com.tracemem.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** A person at the demo's sandbox page, who presses a button once the question is there. */
final class SandboxApprover {
    private static final Pattern SANDBOX = Pattern.compile("Sandbox approver +(http://\\S+)");
    private static final Pattern KEY = Pattern.compile("Agent key +(tm_\\S+)");
    private static final Pattern FORM_TOKEN = Pattern.compile("name=\"?token\"? value=\"([^\"]+)\"");

    private SandboxApprover() {}

    /** The demo agent's key, from what the server printed. */
    static String agentKey(ServerProcess server) {
        return found(KEY, server.output());
    }

    static void approve(ServerProcess server, String approvalId) throws IOException, InterruptedException {
        answer(server, approvalId, "approved");
    }

    static void reject(ServerProcess server, String approvalId) throws IOException, InterruptedException {
        answer(server, approvalId, "rejected");
    }

    private static void answer(ServerProcess server, String approvalId, String verdict)
            throws IOException, InterruptedException {
        URI sandbox = URI.create(found(SANDBOX, server.output()));
        try (HttpClient client = HttpClient.newHttpClient()) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> page(client, sandbox).contains(approvalId));
            String form = "approval_id=" + approvalId + "&verdict=" + verdict + "&rationale=good&token="
                    + URLEncoder.encode(found(FORM_TOKEN, page(client, sandbox)), StandardCharsets.UTF_8);
            client.send(
                    HttpRequest.newBuilder(sandbox.resolve("answer"))
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(BodyPublishers.ofString(form))
                            .build(),
                    BodyHandlers.discarding());
        }
    }

    private static String page(HttpClient client, URI sandbox) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(sandbox).build(), BodyHandlers.ofString())
                .body();
    }

    private static String found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as("%s in\n%s", pattern, text).isTrue();
        return matcher.group(1);
    }
}
