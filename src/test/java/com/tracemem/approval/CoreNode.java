package com.tracemem.approval;

import com.tracemem.decision.AutomationMode;
import com.tracemem.decision.Decision;
import com.tracemem.decision.DecisionRows;
import com.tracemem.decision.Decisions;
import com.tracemem.decision.Evaluations;
import com.tracemem.decision.KnownDecisions;
import com.tracemem.decision.NewDecision;
import com.tracemem.identity.AgentPermissions;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.identity.Tenants;
import com.tracemem.policy.Policies;
import com.tracemem.store.Ids;
import com.tracemem.store.Signals;
import com.tracemem.store.TestDatabase;
import com.tracemem.trace.DecisionKey;
import com.tracemem.trace.Event;
import com.tracemem.trace.Ledger;
import com.tracemem.trace.Outcome;
import com.tracemem.trace.Trace;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Ledger, decisions and approvals of one node on a test's database. */
public final class CoreNode implements AutoCloseable {
    public final JdbcClient jdbc;
    public final Ids ids;
    public final Signals signals;
    public final Ledger ledger;
    public final Decisions decisions;
    public final Policies policies;
    public final Tenants tenants;
    public final KnownDecisions known;
    public final Evaluations evaluations;
    public final Routes routes;
    public final Approvals approvals;
    public final ApprovalViews views;
    public final DeliveryQueue queue;
    public final LostDeliveries lost;
    public final ParkedDeliveries parked;
    public final Deliveries deliveries;
    public final Trace trace;
    private final Clock clock;

    public CoreNode(TestDatabase database, String nodeId, Clock clock) throws InterruptedException {
        this.clock = clock;
        jdbc = database.jdbc();
        ids = new Ids(clock);
        signals = database.signals(nodeId);
        ledger = Ledger.builder(database.dataSource(), clock, ids, signals)
                .with(DecisionRows.class, now -> new DecisionRows())
                .with(ApprovalRows.class, ApprovalRows::new)
                .with(DeliveryRows.class, now -> new DeliveryRows(now, ids))
                .start();
        decisions = new Decisions(ledger, jdbc, ids, signals, List.of(Approvals.withdrawOnClose()));
        policies = new Policies(database.dataSource(), signals, clock);
        tenants = new Tenants(database.dataSource(), ids, clock);
        known = new KnownDecisions(decisions);
        evaluations = new Evaluations(ledger, known, policies, tenants);
        routes = new Routes(jdbc, clock);
        approvals = new Approvals(ledger, jdbc, ids, clock);
        trace = new Trace(jdbc);
        views = new ApprovalViews(jdbc, decisions, trace);
        queue = new DeliveryQueue(jdbc, ledger, clock);
        lost = new LostDeliveries(jdbc, queue, clock);
        parked = new ParkedDeliveries(jdbc, clock);
        deliveries = new Deliveries(jdbc, ledger);
        if (!signals.awaitConnected(Duration.ofSeconds(20))) {
            throw new IllegalStateException("Signals did not connect");
        }
    }

    /** A tenant with one webhook integration. */
    public String tenant() {
        String tenantId = ids.next(Ids.Prefix.TENANT);
        jdbc.sql("insert into tenant (tenant_id, name, created_at) values (?, 'test', now())")
                .param(tenantId)
                .update();
        jdbc.sql("insert into tenant_head (tenant_id) values (?)")
                .param(tenantId)
                .update();
        integration(tenantId, "int_" + tenantId);
        return tenantId;
    }

    public void integration(String tenantId, String integrationId) {
        jdbc.sql("""
                        insert into integration (tenant_id, integration_id, type, name, status_since, config, carries,
                            created_at, updated_at)
                        values (?, ?, 'webhook', ?, now(), '{}', '{requested,resolved,cancelled}', now(), now())
                        """).params(tenantId, integrationId, integrationId).update();
    }

    public AgentPrincipal agent(String tenantId, String name) {
        AgentPrincipal agent = new AgentPrincipal(
                tenantId, ids.next(Ids.Prefix.AGENT), name, "key_test", AgentPermissions.everything());
        jdbc.sql("""
                        insert into agent (tenant_id, agent_id, name, permissions, created_at, updated_at)
                        values (?, ?, ?, '{}', now(), now())
                        """).params(tenantId, agent.agentId(), name).update();
        return agent;
    }

    public Route route(String tenantId, String id) {
        return routes.save(draft(tenantId, id, false, List.of(), Route.OnExpiry.KEEP), "usr_test");
    }

    public Route draft(
            String tenantId, String id, boolean requireRationale, List<String> approvers, Route.OnExpiry onExpiry) {
        return new Route(
                tenantId,
                id,
                id,
                "int_" + tenantId,
                null,
                requireRationale,
                Duration.ofHours(1),
                approvers,
                onExpiry,
                false,
                List.of(),
                1,
                clock.instant(),
                clock.instant());
    }

    public Decision open(AgentPrincipal agent) {
        return done(decisions.create(
                agent, new NewDecision("customer.discount", AutomationMode.PROPOSE, null, null, null, null, null)));
    }

    public Outcome<Approval> ask(AgentPrincipal agent, Decision decision, String routeId) {
        return approvals.request(
                agent, new ApprovalRequest(decision.decisionId(), "Discount", "25 %", routeId, null, null, null, null));
    }

    public List<String> eventTypes(DecisionKey decision) {
        return trace.events(decision, 0, 1000, 1 << 20).events().stream()
                .map(Event::type)
                .map(type -> type.wireName())
                .toList();
    }

    public static <R> R done(Outcome<R> outcome) {
        return switch (outcome) {
            case Outcome.Done<R> done -> done.value();
            case Outcome.Refused<R> refused ->
                throw new AssertionError(refused.refusal().sentence());
        };
    }

    public static String refused(Outcome<?> outcome) {
        return switch (outcome) {
            case Outcome.Done<?> done -> throw new AssertionError("It was done: " + done.value());
            case Outcome.Refused<?> refused -> refused.refusal().sentence();
        };
    }

    @Override
    public void close() {
        ledger.close();
        signals.close();
    }
}
