package com.tracemem.mcp;

import com.tracemem.approval.ApprovalRows;
import com.tracemem.approval.Approvals;
import com.tracemem.approval.DeliveryRows;
import com.tracemem.approval.Route;
import com.tracemem.approval.Routes;
import com.tracemem.decision.DecisionRows;
import com.tracemem.decision.Decisions;
import com.tracemem.decision.Evaluations;
import com.tracemem.decision.KnownDecisions;
import com.tracemem.decision.ProductAccess;
import com.tracemem.decision.ProposedActions;
import com.tracemem.decision.Reads;
import com.tracemem.decision.Writes;
import com.tracemem.identity.Agent;
import com.tracemem.identity.AgentKeys;
import com.tracemem.identity.AgentPermissions;
import com.tracemem.identity.Agents;
import com.tracemem.identity.IdentityChanges;
import com.tracemem.identity.NewAgentKey;
import com.tracemem.identity.Tenants;
import com.tracemem.mcp.tool.AgentTools;
import com.tracemem.mcp.tool.GovernedData;
import com.tracemem.mcp.tool.ServerInfo;
import com.tracemem.mcp.tool.Tool;
import com.tracemem.policy.Policies;
import com.tracemem.product.Connectors;
import com.tracemem.product.Data;
import com.tracemem.product.Products;
import com.tracemem.product.Schemas;
import com.tracemem.product.jdbc.JdbcStore;
import com.tracemem.secret.MasterKey;
import com.tracemem.secret.Secrets;
import com.tracemem.store.Ids;
import com.tracemem.store.Signals;
import com.tracemem.store.TestDatabase;
import com.tracemem.trace.Ledger;
import com.tracemem.trace.Trace;
import io.github.bucket4j.TimeMeter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.tomcat.util.threads.VirtualThreadExecutor;

/** The agents' door on a real Tomcat, with the real core and a real database behind it. */
final class TestDoor implements AutoCloseable {
    static final String ROUTE = "route_test";
    private static final String MASTER_KEY = Base64.getEncoder().encodeToString(new byte[32]);
    /** Held, so that its level is not forgotten: Tomcat tells of each start and stop. */
    private static final Logger TOMCAT_LOG = Logger.getLogger("org.apache");

    private final TestDatabase database = TestDatabase.create();
    private final Clock clock = Clock.systemUTC();
    private final Signals signals = database.signals("door");
    private final Ids ids = new Ids(clock);
    private final Ledger ledger;
    private final AgentKeys keys;
    private final IdentityChanges changes;
    private final JdbcStore store = new JdbcStore();
    private final Tomcat tomcat = new Tomcat();
    private final Path base;
    final Tenants tenants;
    final Agents agents;
    final Routes routes;
    final Decisions decisions;
    final Policies policies;
    final Approvals approvals;
    final Connectors connectors;
    final Products products;
    final String tenant;

    private TestDoor(McpSettings settings, TimeMeter time, List<Tool> moreTools)
            throws IOException, LifecycleException {
        ledger = Ledger.builder(database.dataSource(), clock, ids, signals)
                .with(DecisionRows.class, now -> new DecisionRows())
                .with(ApprovalRows.class, ApprovalRows::new)
                .with(DeliveryRows.class, now -> new DeliveryRows(now, ids))
                .start();
        routes = new Routes(database.jdbc(), clock);
        decisions = new Decisions(ledger, database.jdbc(), ids, signals, List.of(Approvals.withdrawOnClose()));
        approvals = new Approvals(ledger, database.jdbc(), ids, clock);
        policies = new Policies(database.dataSource(), signals, clock);
        changes = new IdentityChanges(database.dataSource(), signals);
        tenants = new Tenants(database.dataSource(), ids, clock);
        agents = new Agents(database.dataSource(), changes, ids, clock);
        keys = new AgentKeys(database.dataSource(), changes, ids, clock);
        tenant = newTenant();
        ServerInfo server = ServerInfo.ofVersion("9.8.7");
        KnownDecisions known = new KnownDecisions(decisions);
        Secrets secrets = new Secrets(database.dataSource(), MasterKey.parse(MASTER_KEY, "test"), clock);
        connectors = new Connectors(database.dataSource(), secrets, store, signals, ids, clock);
        Schemas schemas = new Schemas(database.dataSource(), connectors, store, clock);
        products = new Products(database.dataSource(), connectors, schemas, policies, signals, clock);
        Data reached = new Data(connectors, schemas, store);
        ProductAccess access = new ProductAccess(products);
        GovernedData data = new GovernedData(
                access,
                new Reads(ledger, new Trace(database.jdbc()), known, access, reached),
                new Writes(ledger, database.jdbc(), known, access, policies, reached, clock),
                new ProposedActions(access, reached));
        List<Tool> tools = Stream.concat(
                        AgentTools.of(
                                server,
                                decisions,
                                new Evaluations(ledger, known, policies, tenants),
                                data,
                                approvals,
                                routes,
                                policies,
                                new Trace(database.jdbc()))
                                .stream(),
                        moreTools.stream())
                .toList();
        base = Files.createTempDirectory("tracemem-door-");
        serve(new McpServlet(settings, server, keys, tools, time));
    }

    static TestDoor open(McpSettings settings, TimeMeter time, Tool... moreTools) {
        try {
            return new TestDoor(settings, time, List.of(moreTools));
        } catch (IOException | LifecycleException failure) {
            throw new IllegalStateException(failure);
        }
    }

    static TestDoor open() {
        return open(McpSettings.of(0, null), TimeMeter.SYSTEM_NANOTIME);
    }

    private void serve(McpServlet servlet) throws LifecycleException {
        TOMCAT_LOG.setLevel(Level.WARNING);
        tomcat.setBaseDir(base.toString());
        tomcat.setPort(0);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        AbstractHttp11Protocol<?> protocol =
                (AbstractHttp11Protocol<?>) tomcat.getConnector().getProtocolHandler();
        protocol.setMaxKeepAliveRequests(-1);
        protocol.setExecutor(new VirtualThreadExecutor("door-"));
        StandardContext context = (StandardContext) tomcat.addContext("", base.toString());
        context.setClearReferencesThreadLocals(false);
        context.setClearReferencesRmiTargets(false);
        Tomcat.addServlet(context, "agents", servlet);
        context.addServletMappingDecoded("", "agents");
        context.addServletMappingDecoded("/mcp", "agents");
        tomcat.start();
    }

    int port() {
        return tomcat.getConnector().getLocalPort();
    }

    HttpCaller caller() {
        return new HttpCaller(port());
    }

    /** A tenant with an integration and a route over it, which is its default. */
    String newTenant() {
        String id = tenants.create("Tenant " + UUID.randomUUID()).tenantId();
        database.ownerJdbc().sql("""
                        insert into integration (tenant_id, integration_id, type, name, status_since, config, carries,
                            created_at, updated_at)
                        values (?, 'int_test', 'webhook', 'Test', now(), '{}', '{requested,resolved}', now(), now())""").param(id).update();
        return id;
    }

    /** As if the time of every approval were over. */
    void runOut() {
        database.ownerJdbc()
                .sql("update approval set expires_at = requested_at")
                .update();
    }

    Route route(String tenantId, String routeId) {
        return routes.save(
                new Route(
                        tenantId,
                        routeId,
                        "Test route",
                        "int_test",
                        null,
                        false,
                        Duration.ofHours(1),
                        List.of(),
                        Route.OnExpiry.KEEP,
                        false,
                        List.of(),
                        1,
                        clock.instant(),
                        clock.instant()),
                "usr_test");
    }

    Agent agent(String tenantId, AgentPermissions permissions) {
        return agents.create(tenantId, "agent-" + UUID.randomUUID(), null, permissions);
    }

    NewAgentKey key(Agent agent) {
        return keys.create(
                        agent.tenantId(),
                        agent.agentId(),
                        "test",
                        clock.instant().plus(Duration.ofDays(1)))
                .orElseThrow();
    }

    String apiKey(AgentPermissions permissions) {
        return key(agent(tenant, permissions)).apiKey();
    }

    void revoke(NewAgentKey key) {
        keys.revoke(key.key().tenantId(), key.key().agentId(), key.key().keyId());
    }

    /** As when the database is away, but for keys only. */
    void hideKeys() {
        database.ownerJdbc()
                .sql("alter table agent_key rename to agent_key_hidden")
                .update();
    }

    void showKeys() {
        database.ownerJdbc()
                .sql("alter table agent_key_hidden rename to agent_key")
                .update();
    }

    /** As time does to a key. */
    void expire(NewAgentKey key) {
        database.ownerJdbc()
                .sql("update agent_key set expires_at = now() - interval '1 second' where key_id = ?")
                .param(key.key().keyId())
                .update();
    }

    @Override
    public void close() {
        try {
            tomcat.stop();
            tomcat.destroy();
            try (Stream<Path> files = Files.walk(base)) {
                files.sorted((a, b) -> b.compareTo(a))
                        .forEach(file -> file.toFile().delete());
            }
        } catch (LifecycleException failure) {
            throw new IllegalStateException(failure);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } finally {
            ledger.close();
            keys.close();
            products.close();
            connectors.close();
            store.close();
            changes.close();
            signals.close();
            database.close();
        }
    }
}
