package com.tracemem.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SandboxTest {
    private static final Pattern TOKEN = Pattern.compile("name=\"token\" value=\"([0-9a-f]+)\"");

    @TempDir
    Path directory;

    private PlayedProduct product;
    private Sandbox sandbox;

    @BeforeEach
    void start() throws Exception {
        product = new PlayedProduct();
        sandbox = Sandbox.start(new SandboxSettings(0, directory), Clock.systemUTC());
        sandbox.use(PlayedProduct.CREDENTIALS);
    }

    @AfterEach
    void stop() {
        sandbox.close();
        product.close();
    }

    @Test
    void anApprovalArrivesIsAnsweredAndResolved() throws Exception {
        assertThat(page()).contains("Nothing has arrived yet");
        assertThat(product.send(sandbox, "msg_1", product.requested("appr_1", "Discount of 25 %", true)))
                .isEqualTo(204);
        assertThat(page())
                .contains("Discount of 25 %", "sales-bot", "customer.discount", "mode: propose", "Customer asked twice")
                .contains("discount_cap", "requires exception", "Over 10 %", "&quot;discount&quot; : 25")
                .contains("Gold customer since 2019", "signature verified", "a rationale is required", " required>");

        HttpResponse<String> answered = answer("appr_1", "approved", "Good customer & friend");
        assertThat(answered.statusCode()).isEqualTo(303);
        assertThat(answered.headers().firstValue("Location")).hasValue("/#appr_1");
        var callback = product.awaitAnswer();
        assertThat(callback.path("approval_id").asString()).isEqualTo("appr_1");
        assertThat(callback.path("decision").asString()).isEqualTo("approved");
        assertThat(callback.path("rationale").asString()).isEqualTo("Good customer & friend");
        assertThat(callback.at("/approver/name").asString()).isEqualTo("Sandy Approver");
        assertThat(page())
                .contains("TraceMem recorded your approval.", "HTTP 200", "card approved")
                .doesNotContain("<form");

        product.send(sandbox, "msg_2", product.resolved("appr_1", "approved"));
        assertThat(page()).contains("Ann Other", "ann@example.com", "through dashboard", "Fine with me");
    }

    @Test
    void everyExceptionIsShown() throws Exception {
        String body = product.requested("appr_1", "Two", false).replace("\"proposed_action\"", """
                        "policies": [{"policy_id": "discount_cap", "outcome": "requires_exception", "message": "Over 10"},
                        {"policy_id": "large_orders", "outcome": "requires_exception", "message": "A large order"}],
                        "proposed_action\"""");
        assertThat(product.send(sandbox, "msg_1", body)).isEqualTo(204);
        assertThat(page()).contains("discount_cap", "Over 10<", "large_orders", "A large order");
    }

    @Test
    void aRetryIsAcknowledgedAndNotListedTwice() throws Exception {
        String body = product.requested("appr_1", "Once", false);
        assertThat(product.send(sandbox, "msg_1", body)).isEqualTo(204);
        String once = list();
        assertThat(product.send(sandbox, "msg_1", body)).isEqualTo(204);
        assertThat(list()).isEqualTo(once);
    }

    @Test
    void aBadOrStaleSignatureIsRefused() throws Exception {
        String body = product.requested("appr_1", "Forged", false);
        String own = PlayedProduct.CREDENTIALS.outgoingSecret();
        String other = PlayedProduct.CREDENTIALS.incomingSecret();
        assertThat(product.send(sandbox, "msg_1", Instant.now(), body, other)).isEqualTo(401);
        Instant old = Instant.now().minus(PlayedProduct.stale());
        assertThat(product.send(sandbox, "msg_2", old, body, own)).isEqualTo(401);
        Instant future = Instant.now().plus(PlayedProduct.stale());
        assertThat(product.send(sandbox, "msg_3", future, body, own)).isEqualTo(401);
        assertThat(page()).doesNotContain("Forged");
    }

    @Test
    void withoutCredentialsWebhooksWait() throws Exception {
        try (Sandbox fresh = Sandbox.start(new SandboxSettings(0, directory.resolve("fresh")), Clock.systemUTC())) {
            assertThat(fresh.isReady()).isFalse();
            assertThat(product.send(fresh, "msg_1", "{}")).isEqualTo(503);
            assertThat(product.get(fresh.address()).body()).contains("Not connected yet");
        }
    }

    @Test
    void aHostileTitleIsTextAndNothingElse() throws Exception {
        String hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> \u202Eevorppa";
        product.send(sandbox, "msg_1", product.requested("appr_\\\"><b>", hostile, false));
        assertThat(page())
                .contains("&lt;script&gt;alert(1)&lt;/script&gt;", "appr_&quot;&gt;&lt;b&gt;", "\uFFFDevorppa")
                .doesNotContain("<script>alert", "<img", "<b>", "\u202E");
        HttpResponse<String> page = product.get(sandbox.address());
        assertThat(page.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
    }

    @Test
    void foreignSitesCannotAnswer() throws Exception {
        product.send(sandbox, "msg_1", product.requested("appr_1", "Mine", false));
        String form = "approval_id=appr_1&verdict=approved&token=";
        assertThat(product.post(sandbox, null, form).statusCode()).isEqualTo(403);
        assertThat(product.post(sandbox, "https://evil.example", form + token()).statusCode())
                .isEqualTo(403);
        assertThat(product.post(sandbox, "null", form + token()).statusCode()).isEqualTo(403);
        assertThat(product.answers).isEmpty();
        String own = sandbox.address().toString().replaceFirst("/$", "");
        assertThat(product.post(sandbox, own, form + token()).statusCode()).isEqualTo(303);
    }

    @Test
    void everyAnswerOfTheProductBecomesASentence() throws Exception {
        product.send(sandbox, "msg_1", product.requested("appr_1", "Contested", false));
        product.callbackStatus = 422;
        answer("appr_1", "rejected", "");
        assertThat(page()).contains("TraceMem wants a rationale", "HTTP 422", "<form");
        product.callbackStatus = 401;
        answer("appr_1", "rejected", "no");
        assertThat(page()).contains("did not accept the signature");
        product.callbackStatus = 409;
        product.callbackBody = "{\"detail\": \"Ann Other approved it at 12:00.\"}";
        answer("appr_1", "rejected", "no");
        assertThat(page())
                .contains("Too late: this was already answered. TraceMem says: Ann Other approved it")
                .contains("Answered elsewhere")
                .doesNotContain("<form");
    }

    @Test
    void aProductThatIsGoneIsSaidAndTheAnswerCanBeGivenAgain() throws Exception {
        product.send(sandbox, "msg_1", product.requested("appr_1", "Patient", false));
        product.stopAnswering();
        answer("appr_1", "rejected", "because it is late");
        assertThat(page()).contains("TraceMem did not answer at", "no answer", "because it is late</textarea>");
    }

    @Test
    void aRestartShowsEverythingAgainAtTheSameAddress() throws Exception {
        product.send(sandbox, "msg_1", product.requested("appr_1", "Kept", false));
        product.send(sandbox, "msg_2", product.requested("appr_2", "Rejected one", false));
        answer("appr_2", "rejected", "not this time");
        Files.writeString(directory.resolve("inbox.jsonl"), "{\"approvalId\": \"torn", StandardOpenOption.APPEND);
        URI before = sandbox.address();
        sandbox.close();
        sandbox = Sandbox.start(new SandboxSettings(0, directory), Clock.systemUTC());
        assertThat(sandbox.address()).isEqualTo(before);
        assertThat(sandbox.isReady()).isTrue();
        assertThat(page()).contains("Kept", "Rejected one", "card rejected", "card pending");
        product.send(sandbox, "msg_1", product.requested("appr_1", "Changed by a replay", false));
        assertThat(page()).doesNotContain("Changed by a replay");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("credentials.json"))))
                .isEqualTo("rw-------");
    }

    @Test
    void theListIsBoundedAndPendingComesFirst() throws Exception {
        for (int number = 1; number <= Inbox.LIMIT + 5; number++) {
            product.send(sandbox, "msg_" + number, product.requested("appr_" + number, "Number " + number, false));
        }
        product.send(sandbox, "msg_r", product.resolved("appr_205", "approved"));
        String page = page();
        assertThat(page).doesNotContain(">Number 5<").contains(">Number 6<");
        assertThat(page.indexOf(">Number 204<")).isLessThan(page.indexOf(">Number 203<"));
        assertThat(page.indexOf(">Number 6<")).isLessThan(page.indexOf(">Number 205<"));
    }

    @Test
    void aWaitingPageIsToldAtOnce() throws Exception {
        String version = product.get(sandbox.address().resolve("list"))
                .headers()
                .firstValue("X-Version")
                .orElseThrow();
        var waiting = product.http.sendAsync(
                HttpRequest.newBuilder(sandbox.address().resolve("list?seen=" + version))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        CompletableFuture<String> shown = waiting.thenApply(HttpResponse::body);
        product.send(sandbox, "msg_1", product.requested("appr_1", "Just now", false));
        assertThat(shown.join()).contains("Just now");
    }

    @Test
    void aTakenPortIsSaidClearly() {
        int port = sandbox.address().getPort();
        assertThatThrownBy(
                        () -> Sandbox.start(new SandboxSettings(port, directory.resolve("second")), Clock.systemUTC()))
                .hasMessageContaining("port " + port + " is taken");
    }

    private String page() throws Exception {
        return product.get(sandbox.address()).body();
    }

    private String list() throws Exception {
        return product.get(sandbox.address().resolve("list")).body();
    }

    private String token() throws Exception {
        var found = TOKEN.matcher(page());
        assertThat(found.find()).isTrue();
        return found.group(1);
    }

    private HttpResponse<String> answer(String approvalId, String verdict, String rationale) throws Exception {
        String form = "token=" + token() + "&approval_id=" + approvalId + "&verdict=" + verdict + "&rationale="
                + URLEncoder.encode(rationale, StandardCharsets.UTF_8);
        return product.post(sandbox, null, form);
    }
}
