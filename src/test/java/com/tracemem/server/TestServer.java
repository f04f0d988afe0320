package com.tracemem.server;

import com.tracemem.approval.Route;
import com.tracemem.approval.Routes;
import com.tracemem.delivery.webhook.WebhookInput;
import com.tracemem.delivery.webhook.WebhookIntegrations;
import com.tracemem.identity.AccessTokens;
import com.tracemem.identity.Agent;
import com.tracemem.identity.AgentKeys;
import com.tracemem.identity.AgentPermissions;
import com.tracemem.identity.Agents;
import com.tracemem.identity.FirstRun;
import com.tracemem.identity.Role;
import com.tracemem.identity.Tenants;
import com.tracemem.identity.User;
import com.tracemem.identity.UserPrincipal;
import com.tracemem.identity.Users;
import com.tracemem.secret.SecretAccess;
import com.tracemem.store.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.FileSystemUtils;

/**
 * The whole server in this JVM, on a free port and a fresh database, with two tenants:
 *
 * <pre>{@code
 * static final TestServer server = TestServer.start();
 * server.baseUrl();                     // http://127.0.0.1:…
 * server.first().adminToken();          // Authorization: Bearer …
 * server.first().agentKey();            // Authorization: Agent …
 * server.second();                      // another tenant, with the same
 * server.webhook(server.first(), receiver);
 * server.room(Decisions.class);         // any object of the server
 * }</pre>
 */
public final class TestServer implements AutoCloseable {
    private static final String PASSWORD = "correct horse battery staple";

    private final @Nullable TestDatabase database;
    private final boolean ownDatabase;
    private final Path directory;
    private final Server server;
    private final Account first;
    private final Account second;

    /** A tenant with an owner and an agent that may do everything. */
    public record Account(
            String tenantId,
            String adminEmail,
            String adminPassword,
            String adminToken,
            String agentId,
            String agentKey) {}

    private TestServer(@Nullable TestDatabase database, boolean ownDatabase, Map<String, String> environment)
            throws IOException, UnusableSettings {
        this.database = database;
        this.ownDatabase = ownDatabase;
        directory = Files.createTempDirectory("tracemem-test-");
        int port = Ports.free();
        Map<String, String> variables = new HashMap<>(Map.of(
                "TRACEMEM_PORT",
                String.valueOf(port),
                "TRACEMEM_BIND_ADDRESS",
                "127.0.0.1",
                "TRACEMEM_BASE_URL",
                "http://127.0.0.1:" + port,
                "TRACEMEM_DATA_DIR",
                directory.toString(),
                "TRACEMEM_DATABASE_POOL_SIZE",
                "8",
                "TRACEMEM_OUTBOUND_ALLOW",
                "127.0.0.1/32",
                "TRACEMEM_SHUTDOWN_SECONDS",
                "2"));
        if (database != null) {
            variables.put("TRACEMEM_DATABASE_URL", database.url());
        }
        variables.putAll(environment);
        server = Server.start(ServerSettings.read(variables, false), Clock.systemUTC());
        if (!(server.room(FirstRun.Outcome.class) instanceof FirstRun.Outcome.Created made)) {
            throw new IllegalStateException("A fresh database had a tenant");
        }
        var file = made.content();
        User owner = room(Users.class)
                .findByEmail(file.tenantId(), file.adminEmail())
                .orElseThrow();
        first = new Account(
                file.tenantId(),
                file.adminEmail(),
                file.adminPassword(),
                token(owner),
                file.agentId(),
                file.agentApiKey());
        second = account("Second");
    }

    public static TestServer start() {
        return start(Map.of());
    }

    /** With further TRACEMEM_* variables. */
    public static TestServer start(Map<String, String> environment) {
        return start(TestDatabase.create(), true, environment);
    }

    /**
     * On a database of the test's own, fresh, which is not dropped when the server is closed: to set it up for other
     * servers, which need the same TRACEMEM_MASTER_KEY.
     */
    public static TestServer on(TestDatabase database, Map<String, String> environment) {
        return start(database, false, environment);
    }

    /** On an embedded PostgreSQL in this data directory, to set it up for a server in a process of its own. */
    public static TestServer in(Path dataDirectory, Map<String, String> environment) {
        Map<String, String> variables = new HashMap<>(environment);
        variables.put("TRACEMEM_DATA_DIR", dataDirectory.toString());
        return start(null, false, variables);
    }

    private static TestServer start(
            @Nullable TestDatabase database, boolean ownDatabase, Map<String, String> environment) {
        try {
            return new TestServer(database, ownDatabase, environment);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (UnusableSettings wrong) {
            throw new IllegalArgumentException(wrong);
        }
    }

    public URI baseUrl() {
        return server.settings().baseUrl();
    }

    /** The tenant of the first run. */
    public Account first() {
        return first;
    }

    /** Another tenant. */
    public Account second() {
        return second;
    }

    /** A further tenant, with an owner and an agent. */
    public Account account(String name) {
        String tenantId = room(Tenants.class).create(name).tenantId();
        String email = "owner@" + tenantId.toLowerCase(java.util.Locale.ROOT) + ".example.com";
        User owner = room(Users.class).create(tenantId, email, "Owner of " + name, Role.OWNER, PASSWORD);
        Agent agent = room(Agents.class).create(tenantId, "agent", null, AgentPermissions.everything());
        return new Account(tenantId, email, PASSWORD, token(owner), agent.agentId(), key(agent));
    }

    /** A further agent of a tenant: its key. */
    public String agent(Account account, String name, AgentPermissions permissions) {
        return key(room(Agents.class).create(account.tenantId(), name, null, permissions));
    }

    /** A further user of a tenant: an access token. */
    public String user(Account account, String email, Role role) {
        return token(room(Users.class).create(account.tenantId(), email, "A " + role.wireName(), role, PASSWORD));
    }

    /** A webhook integration that delivers to the receiver, which learns its secrets. Returns its id. */
    public String webhook(Account account, TestReceiver receiver) {
        WebhookIntegrations.Created created = room(WebhookIntegrations.class)
                .create(
                        account.tenantId(),
                        new WebhookInput(
                                "Receiver " + receiver.address().getPort(),
                                receiver.address().toString(),
                                null,
                                null,
                                null));
        String integrationId = created.integration().integrationId();
        receiver.use(
                integrationId,
                created.outgoingSecret().reveal(SecretAccess.granted()),
                created.incomingSecret().reveal(SecretAccess.granted()));
        return integrationId;
    }

    /** A route over an integration, which every agent may use. */
    public void route(Account account, String approvalRouteId, String integrationId, boolean requireRationale) {
        room(Routes.class)
                .save(
                        new Route(
                                account.tenantId(),
                                approvalRouteId,
                                approvalRouteId,
                                integrationId,
                                null,
                                requireRationale,
                                Route.DEFAULT_EXPIRY,
                                List.of(),
                                Route.OnExpiry.KEEP,
                                false,
                                List.of(),
                                1,
                                Instant.EPOCH,
                                Instant.EPOCH),
                        "test");
    }

    /** The only object of this class in the running server. */
    public <T> T room(Class<T> type) {
        return server.room(type);
    }

    /** As the restricted role, as the server sees it. */
    public JdbcClient jdbc() {
        return room(JdbcClient.class);
    }

    public TestDatabase database() {
        return Objects.requireNonNull(database, "This server runs on an embedded PostgreSQL");
    }

    public Optional<UserPrincipal> whoIs(String token) {
        return room(AccessTokens.class).verify(token);
    }

    @Override
    public void close() {
        server.close();
        if (ownDatabase && database != null) {
            database.close();
        }
        try {
            FileSystemUtils.deleteRecursively(directory);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private String token(User user) {
        return room(AccessTokens.class)
                .issue(new UserPrincipal(user.tenantId(), user.userId(), user.email(), user.name(), user.role()));
    }

    private String key(Agent agent) {
        return room(AgentKeys.class)
                .create(agent.tenantId(), agent.agentId(), null, null)
                .orElseThrow()
                .apiKey();
    }
}
