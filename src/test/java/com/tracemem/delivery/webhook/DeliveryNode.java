package com.tracemem.delivery.webhook;

import com.tracemem.approval.Approval;
import com.tracemem.approval.ApprovalRequest;
import com.tracemem.approval.CoreNode;
import com.tracemem.approval.Route;
import com.tracemem.decision.Decision;
import com.tracemem.delivery.DeliveryMetrics;
import com.tracemem.delivery.DeliverySettings;
import com.tracemem.delivery.DeliveryStatistics;
import com.tracemem.delivery.DeliveryWorker;
import com.tracemem.delivery.IntegrationDirectory;
import com.tracemem.delivery.IntegrationHealth;
import com.tracemem.delivery.IntegrationLifecycle;
import com.tracemem.delivery.Integrations;
import com.tracemem.delivery.OutboundAllow;
import com.tracemem.delivery.OutboundGuard;
import com.tracemem.delivery.Receiver;
import com.tracemem.delivery.RetryBound;
import com.tracemem.delivery.Timekeeper;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.secret.MasterKey;
import com.tracemem.secret.SecretAccess;
import com.tracemem.secret.SecretValue;
import com.tracemem.secret.Secrets;
import com.tracemem.store.TestDatabase;
import com.tracemem.trace.Actor;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Everything between an approval's request and a webhook endpoint, on one node: worker, channel and callback door. */
final class DeliveryNode implements AutoCloseable {
    static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);

    // held, or its level would be forgotten
    private static final Logger TOMCAT = Logger.getLogger("org.apache");

    static {
        TOMCAT.setLevel(Level.WARNING);
    }

    final CoreNode core;
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final IntegrationDirectory directory;
    final IntegrationHealth health;
    final DeliveryStatistics statistics;
    final WebhookCredentials credentials;
    final Integrations integrations;
    final IntegrationLifecycle lifecycle;
    final WebhookIntegrations webhooks;
    final WebhookChannel channel;
    final DeliveryMetrics metrics;
    final Timekeeper timer;
    private final WebhookClient client;
    private final Tomcat tomcat;
    private final HttpClient http = HttpClient.newHttpClient();
    /** Who administers, for the record. */
    static final Actor ADMINISTRATOR = new Actor(Actor.Kind.USER, "usr_ada", "Ada", "ada@example.com", "api");

    private final Clock clock;
    private @Nullable DeliveryWorker worker;

    DeliveryNode(TestDatabase database, String nodeId, Clock clock)
            throws InterruptedException, IOException, LifecycleException {
        this.clock = clock;
        core = new CoreNode(database, nodeId, clock);
        Secrets secrets = new Secrets(database.dataSource(), MasterKey.parse(KEY, "test"), clock);
        directory = new IntegrationDirectory(database.dataSource(), secrets, core.signals, clock);
        statistics = new DeliveryStatistics(database.dataSource(), clock);
        credentials = new WebhookCredentials(database.dataSource(), secrets, core.signals, core.ids, clock);
        health = new IntegrationHealth(database.dataSource(), core.parked, statistics, directory, clock);
        OutboundGuard guard = new OutboundGuard(OutboundAllow.parse("127.0.0.1"));
        client = new WebhookClient(guard, "0.1.0", clock);
        integrations = new Integrations(
                database.dataSource(), secrets, core.routes, core.parked, directory, statistics, core.ids, clock);
        lifecycle = new IntegrationLifecycle(
                database.dataSource(),
                secrets,
                core.parked,
                directory,
                statistics,
                Map.of(WebhookConfig.TYPE, new WebhookTest(client, core.ids, clock)),
                clock);
        webhooks = new WebhookIntegrations(integrations, guard);
        tomcat =
                tomcat(new WebhookCallbackServlet(new WebhookCallbacks(core.approvals, directory, credentials, clock)));
        channel = new WebhookChannel(
                client, URI.create("http://127.0.0.1:" + port()), DeliverySettings.DEFAULT.longestSend());
        metrics = new DeliveryMetrics(meters);
        RetryBound retryBound = new RetryBound(directory, Map.of(WebhookConfig.TYPE, channel));
        timer = new Timekeeper(
                core.approvals,
                core.deliveries,
                core.lost,
                core.parked,
                statistics,
                retryBound,
                core.signals,
                metrics,
                clock,
                DeliverySettings.DEFAULT.lease(),
                Duration.ofMillis(50));
    }

    private static Tomcat tomcat(WebhookCallbackServlet servlet) throws IOException, LifecycleException {
        Tomcat tomcat = new Tomcat();
        Path base = Files.createTempDirectory(Path.of("target"), "callback-");
        tomcat.setBaseDir(base.toString());
        tomcat.setPort(0);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        StandardContext context = (StandardContext) tomcat.addContext("", null);
        context.setClearReferencesThreadLocals(false);
        context.setClearReferencesRmiTargets(false);
        Tomcat.addServlet(context, "callback", servlet);
        context.addServletMappingDecoded(WebhookCallbackServlet.PATTERN, "callback");
        tomcat.start();
        return tomcat;
    }

    int port() {
        return tomcat.getConnector().getLocalPort();
    }

    void work() {
        work(DeliverySettings.DEFAULT.withPoll(Duration.ofMillis(50)));
    }

    void work(DeliverySettings settings) {
        worker = new DeliveryWorker(
                core.queue,
                core.views,
                directory,
                health,
                Map.of(WebhookConfig.TYPE, channel),
                core.signals,
                settings,
                metrics,
                clock);
    }

    void stopWorking() {
        if (worker != null) {
            worker.close();
            worker = null;
        }
    }

    /** An integration to the receiver, with a route of the same name over it. */
    WebhookIntegrations.Created webhook(String tenantId, String name, Receiver receiver) {
        return webhook(tenantId, name, new WebhookInput(name, receiver.url(), null, null, null));
    }

    WebhookIntegrations.Created webhook(String tenantId, String name, WebhookInput input) {
        WebhookIntegrations.Created created = webhooks.create(tenantId, input);
        route(tenantId, name, created, false, List.of());
        return created;
    }

    void route(
            String tenantId,
            String name,
            WebhookIntegrations.Created created,
            boolean requireRationale,
            List<String> approvers) {
        core.routes.save(
                new Route(
                        tenantId,
                        name,
                        name,
                        created.integration().integrationId(),
                        null,
                        requireRationale,
                        Duration.ofHours(1),
                        approvers,
                        Route.OnExpiry.KEEP,
                        false,
                        List.of(),
                        1,
                        clock.instant(),
                        clock.instant()),
                "usr_test");
    }

    Approval ask(AgentPrincipal agent, String routeId) {
        return ask(agent, routeId, "Discount", "25 %");
    }

    Approval ask(AgentPrincipal agent, String routeId, String title, String message) {
        Decision decision = core.open(agent);
        return CoreNode.done(core.approvals.request(
                agent, new ApprovalRequest(decision.decisionId(), title, message, routeId, null, null, null, null)));
    }

    /** What the endpoint is told. */
    record Answer(int status, JsonNode body, String contentType) {}

    /** Sends a callback as the endpoint's owner would. */
    Answer call(WebhookIntegrations.Created webhook, String messageId, String body)
            throws IOException, InterruptedException {
        return call(webhook.integration().integrationId(), webhook.incomingSecret(), messageId, clock.instant(), body);
    }

    Answer call(String integrationId, SecretValue secret, String messageId, Instant at, String body)
            throws IOException, InterruptedException {
        return send(
                integrationId,
                messageId,
                Long.toString(at.getEpochSecond()),
                WebhookSignature.header(List.of(secret), messageId, at, body),
                body);
    }

    Answer send(String integrationId, String messageId, String timestamp, String signature, String body)
            throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(URI.create(channel.callbackUrl(integrationId)))
                        .header("Content-Type", "application/json")
                        .header("webhook-id", messageId)
                        .header("webhook-timestamp", timestamp)
                        .header("webhook-signature", signature)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return new Answer(
                response.statusCode(),
                JSON.readTree(response.body()),
                response.headers().firstValue("Content-Type").orElse(""));
    }

    static String answer(String approvalId, String decision, @Nullable String rationale) {
        var json = JSON.createObjectNode();
        json.put("approval_id", approvalId);
        json.put("decision", decision);
        json.putObject("approver").put("id", "u1").put("name", "Anna").put("email", "anna@example.com");
        if (rationale != null) {
            json.put("rationale", rationale);
        }
        return json.toString();
    }

    static String reveal(SecretValue secret) {
        return secret.reveal(SecretAccess.granted());
    }

    String deliveryStatus(String approvalId, String kind) {
        return core.jdbc
                .sql("select status from delivery where approval_id = ? and kind = ?")
                .params(approvalId, kind)
                .query(String.class)
                .optional()
                .orElse("none");
    }

    @Override
    public void close() throws LifecycleException {
        stopWorking();
        timer.close();
        health.close();
        tomcat.stop();
        tomcat.destroy();
        client.close();
        http.close();
        credentials.close();
        directory.close();
        core.close();
    }
}
