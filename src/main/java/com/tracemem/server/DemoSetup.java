package com.tracemem.server;

import com.tracemem.approval.Route;
import com.tracemem.approval.Routes;
import com.tracemem.delivery.IntegrationView;
import com.tracemem.delivery.Integrations;
import com.tracemem.delivery.webhook.WebhookInput;
import com.tracemem.delivery.webhook.WebhookIntegrations;
import com.tracemem.identity.Agent;
import com.tracemem.identity.AgentKeys;
import com.tracemem.identity.AgentPermissions;
import com.tracemem.identity.Agents;
import com.tracemem.identity.TenantSettings;
import com.tracemem.identity.Tenants;
import com.tracemem.policy.Policies;
import com.tracemem.sandbox.Credentials;
import com.tracemem.sandbox.Sandbox;
import com.tracemem.secret.SecretAccess;
import com.tracemem.secret.SecretValue;
import com.tracemem.store.Page;
import com.tracemem.store.PageRequest;
import com.tracemem.trace.Actor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Makes what the demo needs, each part only if it is not there. */
final class DemoSetup {
    static final String ROUTE = "route_discount_manager";
    static final String POLICY = "discount_cap_v1";
    private static final String AGENT = "demo-agent";
    private static final String INTEGRATION = "Sandbox approver";
    static final String MADE_BY = "demo";
    private static final int PAGE = 100;

    private final Server server;
    private final String tenantId;

    DemoSetup(Server server) {
        this.server = server;
        this.tenantId = server.room(Tenants.class).ids().getFirst();
    }

    /** The demo's agent and a key of it that works: the one of an earlier start if it still does. */
    DemoFile agent(Path dataDirectory) throws IOException {
        AgentKeys keys = server.room(AgentKeys.class);
        Optional<DemoFile> known = DemoFile.read(dataDirectory)
                .filter(file -> keys.authenticate(file.agentApiKey())
                        .filter(agent -> agent.agentId().equals(file.agentId()))
                        .isPresent());
        if (known.isPresent()) {
            return known.get();
        }
        Agents agents = server.room(Agents.class);
        Agent agent = find(
                        page -> agents.list(tenantId, page), each -> each.name().equals(AGENT))
                .orElseGet(() -> agents.create(
                        tenantId, AGENT, "Made by serve --demo, to try TraceMem with", AgentPermissions.everything()));
        String key = keys.create(tenantId, agent.agentId(), MADE_BY, null)
                .orElseThrow(() -> new StartFailure("The agent " + AGENT + " was deleted just now; start again."))
                .apiKey();
        DemoFile file = new DemoFile(agent.agentId(), key);
        file.write(dataDirectory);
        return file;
    }

    /** The integration that delivers to the sandbox. Secrets that the sandbox does not know any more are replaced. */
    String integration(Sandbox sandbox) {
        Integrations integrations = server.room(Integrations.class);
        WebhookIntegrations webhooks = server.room(WebhookIntegrations.class);
        WebhookInput input =
                new WebhookInput(INTEGRATION, sandbox.webhookAddress().toString(), null, null, null);
        Optional<IntegrationView> known = find(
                page -> integrations.list(tenantId, page), each -> each.name().equals(INTEGRATION));
        if (known.isEmpty()) {
            WebhookIntegrations.Created created = webhooks.create(tenantId, input);
            sandbox.use(credentials(created.outgoingSecret(), created.incomingSecret()));
            return created.integration().integrationId();
        }
        String integrationId = known.get().integrationId();
        webhooks.change(tenantId, integrationId, Actor.system("demo"), input);
        if (!sandbox.isReady()) {
            Map<String, SecretValue> fresh = webhooks.rotate(tenantId, integrationId, Map.of(), Duration.ZERO)
                    .orElseThrow(() -> new StartFailure("The demo's integration was deleted just now; start again."));
            sandbox.use(credentials(fresh.get("outgoing_secret"), fresh.get("incoming_secret")));
        }
        return integrationId;
    }

    /** The route of the demo, which is also the one that is used when a request names none. */
    void route(String integrationId, Clock clock) {
        Routes routes = server.room(Routes.class);
        boolean fits = routes.find(tenantId, ROUTE)
                .filter(route -> route.integrationId().equals(integrationId))
                .isPresent();
        if (!fits) {
            Instant now = clock.instant();
            routes.save(
                    new Route(
                            tenantId,
                            ROUTE,
                            "Discount manager",
                            integrationId,
                            null,
                            true,
                            Route.DEFAULT_EXPIRY,
                            List.of(),
                            Route.OnExpiry.KEEP,
                            false,
                            List.of(),
                            1,
                            now,
                            now),
                    MADE_BY);
        }
        Tenants tenants = server.room(Tenants.class);
        TenantSettings settings = tenants.settings(tenantId).orElseThrow();
        if (settings.defaultApprovalRoute().isEmpty()) {
            tenants.update(
                    tenantId, new TenantSettings(settings.rejectionStatus(), ROUTE, settings.retainPolicyInputs()));
        }
    }

    /** The policy of the demo; one that was changed since stays as it is. */
    void policy() {
        Policies policies = server.room(Policies.class);
        if (policies.published(tenantId, POLICY).isEmpty()) {
            policies.saveDraft(tenantId, text("/examples/policies/" + POLICY + ".yaml"), MADE_BY);
            Policies.Published published = policies.publish(tenantId, POLICY, MADE_BY);
            if (!(published instanceof Policies.Published.Done)) {
                throw new StartFailure("The demo's policy " + POLICY + " could not be published: " + published);
            }
        }
    }

    /**
     * The sample store, with its products; they name the policy.
     *
     * @return whether there is one
     */
    boolean store() {
        return new DemoStore(server, tenantId).ensure();
    }

    private static String text(String resource) {
        try (InputStream in = DemoSetup.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new StartFailure("The program is incomplete: " + resource + " is missing; build it again.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Credentials credentials(@Nullable SecretValue outgoing, @Nullable SecretValue incoming) {
        if (outgoing == null || incoming == null) {
            throw new IllegalStateException("A webhook integration has two secrets");
        }
        return new Credentials(outgoing.reveal(SecretAccess.granted()), incoming.reveal(SecretAccess.granted()));
    }

    static <T> Optional<T> find(Function<PageRequest, Page<T>> list, Predicate<T> wanted) {
        String cursor = null;
        do {
            Page<T> page = list.apply(PageRequest.of(PAGE, cursor, 1));
            Optional<T> found = page.items().stream().filter(wanted).findFirst();
            if (found.isPresent()) {
                return found;
            }
            cursor = page.nextCursor();
        } while (cursor != null);
        return Optional.empty();
    }
}
