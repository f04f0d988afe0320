package com.tracemem.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import com.tracemem.Promise;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Secrets that are planted into a working server are looked for wherever the server leaves anything. */
class PlantedSecretTest {
    private static final String OUTGOING = whsec("planted-outgoing-0123456789abcdef");
    private static final String INCOMING = whsec("planted-incoming-0123456789abcdef");
    private static final String PASSWORD = "planted password of a person";

    private final HttpClient http = HttpClient.newHttpClient();
    private final Queue<String> log = new ConcurrentLinkedQueue<>();
    private final List<String> answers = new ArrayList<>();

    private static String whsec(String key) {
        return "whsec_" + Base64.getEncoder().encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    @Promise("C4")
    void nothingThatIsSecretIsFoundAnywhere() throws Exception {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Logger own = (Logger) LoggerFactory.getLogger("com.tracemem");
        Level before = own.getLevel();
        AppenderBase<ILoggingEvent> everything = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                log.add(event.getFormattedMessage()
                        + (event.getThrowableProxy() == null
                                ? ""
                                : ThrowableProxyUtil.asString(event.getThrowableProxy())));
            }
        };
        everything.setContext(root.getLoggerContext());
        everything.start();
        root.addAppender(everything);
        own.setLevel(Level.TRACE);
        try (TestServer server = TestServer.start();
                TestReceiver receiver = TestReceiver.start()) {
            live(server, receiver);
            List<String> secrets =
                    List.of(OUTGOING, INCOMING, PASSWORD, server.first().agentKey());
            for (String secret : secrets) {
                for (String form : forms(secret)) {
                    assertThat(log).noneMatch(line -> line.contains(form));
                    assertThat(answers).noneMatch(answer -> answer.contains(form));
                    assertThat(dump(server)).noneMatch(row -> row.contains(form));
                }
            }
            assertThat(log).as("something was logged at all").isNotEmpty();
        } finally {
            own.setLevel(before);
            root.detachAppender(everything);
        }
    }

    /** As it is, as its bytes look in a dump, and without its prefix. */
    private static List<String> forms(String secret) {
        String bare = secret.replaceFirst("^whsec_", "");
        return List.of(
                bare,
                HexFormat.of().formatHex(secret.getBytes(StandardCharsets.UTF_8)),
                HexFormat.of().formatHex(bare.getBytes(StandardCharsets.UTF_8)),
                Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8)),
                secret.startsWith("whsec_")
                        ? new String(Base64.getDecoder().decode(bare), StandardCharsets.UTF_8)
                        : secret);
    }

    /** A little of everything that touches a secret, the failures too. */
    private void live(TestServer server, TestReceiver receiver) throws Exception {
        String id = server.webhook(server.first(), receiver);
        server.route(server.first(), "route_planted", id, false);
        String path = "/v1/admin/integrations/" + id;
        call(server, "POST", path + "/rotate", """
                {"outgoing_secret": "%s", "incoming_secret": "%s", "grace_seconds": 0}""".formatted(OUTGOING, INCOMING));
        call(server, "POST", path + "/rotate", """
                {"outgoing_secret": "%s", "incoming_secret": "%s"}""".formatted(OUTGOING, OUTGOING));
        call(server, "POST", path + "/rotate", "{\"outgoing_secret\": \"%s?\", \"x\": 1}".formatted(OUTGOING));
        call(server, "POST", "/v1/admin/integrations/webhook", """
                {"name": "n", "url": "https://u:%s@example.org/", "secret": "%s"}""".formatted(PASSWORD.replace(' ', '-'), OUTGOING));
        call(server, "POST", "/v1/admin/users", """
                {"email": "p@example.com", "name": "P", "role": "approver", "password": "%s"}""".formatted(PASSWORD));
        call(
                server,
                "POST",
                "/v1/auth/login",
                "{\"email\": \"p@example.com\", \"password\": \"%s!\"}".formatted(PASSWORD));
        receiver.use(id, OUTGOING, INCOMING);
        call(server, "POST", path + "/test", "");
        try (AgentClient agent =
                new AgentClient(server.baseUrl(), server.first().agentKey())) {
            String delivered = ask(agent);
            TestReceiver.Message message = receiver.next();
            assertThat(receiver.answer(server.baseUrl(), message.approvalId(), "approved", null)
                            .status())
                    .isEqualTo(200);
            receiver.use(id, whsec("a wrong secret of the receiver.."), whsec("another wrong secret of it......"));
            String refused = ask(agent);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> call(server, "GET", path, "").contains("\"error\""));
            assertThat(receiver.answer(server.baseUrl(), message.approvalId(), "approved", null)
                            .status())
                    .isEqualTo(401);
            for (String decision : List.of(delivered, refused)) {
                answers.add(agent.call("decision_trace", Map.of("decision_id", decision))
                        .toString());
                call(server, "GET", "/v1/decisions/" + decision + "/trace?leaf=true", "");
            }
        }
        for (String read : List.of(
                "/v1/admin/integrations",
                path,
                path + "/deliveries",
                path + "/transitions",
                "/v1/admin/users",
                "/v1/admin/agents",
                "/v1/approvals",
                "/openapi",
                "/metrics",
                "/health/ready")) {
            call(server, "GET", read, "");
        }
    }

    private static String ask(AgentClient agent) throws Exception {
        JsonNode decision = agent.call("decision_create", Map.of("intent", "look", "automation_mode", "propose"));
        String id = decision.path("decision_id").asString();
        agent.call(
                "decision_request_approval",
                Map.of("decision_id", id, "title", "Look", "approval_route_id", "route_planted"));
        return id;
    }

    private String call(TestServer server, String method, String path, @Nullable String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.baseUrl() + path))
                .header("Authorization", "Bearer " + server.first().adminToken())
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null || body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        answers.add(answer.body() + answer.headers().map());
        return answer.body();
    }

    /** Every row of every table, as text. */
    private static List<String> dump(TestServer server) {
        var jdbc = server.database().ownerJdbc();
        List<String> rows = new ArrayList<>();
        jdbc.sql("select table_name from information_schema.tables where table_schema = 'public'")
                .query((row, n) -> row.getString(1))
                .list()
                .forEach(table -> rows.addAll(jdbc.sql("select t::text from \"" + table + "\" t")
                        .query((row, n) -> row.getString(1))
                        .list()));
        jdbc.sql("select convert_from(leaf, 'UTF8') from event")
                .query((row, n) -> row.getString(1))
                .list()
                .forEach(rows::add);
        assertThat(rows).hasSizeGreaterThan(20);
        return rows;
    }
}
