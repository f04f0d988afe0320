package com.tracemem.approval;

import static com.tracemem.approval.CoreNode.done;
import static com.tracemem.approval.DataNode.PURPOSE;
import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.decision.AutomationMode;
import com.tracemem.decision.CloseAction;
import com.tracemem.decision.DataRead;
import com.tracemem.decision.DataWritten;
import com.tracemem.decision.Decision;
import com.tracemem.decision.NewDecision;
import com.tracemem.decision.WriteCall;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.policy.Examples;
import com.tracemem.policy.Policies;
import com.tracemem.product.Operation;
import com.tracemem.product.ProductDraft;
import com.tracemem.product.ReadRequest;
import com.tracemem.product.WriteRequest;
import com.tracemem.trace.DecisionKey;
import com.tracemem.trace.Event;
import com.tracemem.trace.EventType;
import com.tracemem.trace.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import tools.jackson.databind.node.ObjectNode;

/** A node with products that tests write to, and how they do. */
abstract class DataCase {
    static final String ROUTE = "route_discount_manager";
    static final String POLICY = "discount_cap_v1";
    static final String DISCOUNT =
            "{'operation': 'insert', 'records': [{'customer_id': 1001, 'proposed_discount': %s, 'customer_tier': 'standard'}]}";

    static DataNode node;

    String tenant;
    AgentPrincipal agent;
    String connectorId;

    @BeforeAll
    static void open() throws InterruptedException {
        node = new DataNode();
    }

    @AfterAll
    static void close() {
        node.close();
    }

    @BeforeEach
    void tenant() {
        node.store.release();
        node.targetJdbc.sql("delete from discounts").update();
        tenant = node.core.tenant();
        agent = node.core.agent(tenant, "agent");
        node.core.route(tenant, ROUTE);
        publish(Examples.discountCap());
        connectorId = node.connector(tenant);
        node.save(
                tenant,
                DataNode.draft(
                        "customers", connectorId, Operation.READ, "customers", "customer_id", "name", "email", "tier"));
        node.save(tenant, discounts("discounts"));
        node.save(tenant, DataNode.with(discounts("capped"), List.of(POLICY), false));
        node.save(tenant, DataNode.with(discounts("approved_only"), List.of(), true));
        node.save(
                tenant,
                DataNode.draft("tiers", connectorId, Operation.UPDATE, "customers", "customer_id", "tier", "email"));
    }

    ProductDraft discounts(String id) {
        return DataNode.draft(
                id,
                connectorId,
                Operation.INSERT,
                "discounts",
                "discount_id",
                "customer_id",
                "proposed_discount",
                "customer_tier",
                "note");
    }

    void publish(String source) {
        node.core.policies.saveDraft(tenant, source, "usr_test");
        assertThat(node.core.policies.publish(tenant, POLICY, "usr_test")).isInstanceOf(Policies.Published.Done.class);
    }

    Decision open(AutomationMode mode) {
        return done(node.core.decisions.create(
                agent, new NewDecision("customer.discount", mode, null, null, null, null, null)));
    }

    Outcome<DataWritten> write(
            AgentPrincipal by,
            Decision decision,
            String product,
            String purpose,
            String mutation,
            @Nullable String idempotencyKey) {
        try {
            return node.writes.write(by, call(decision, product, purpose, mutation, idempotencyKey));
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    static WriteCall call(Decision decision, String product, String mutation, String idempotencyKey) {
        return call(decision, product, PURPOSE, mutation, idempotencyKey);
    }

    static WriteCall call(
            Decision decision, String product, String purpose, String mutation, @Nullable String idempotencyKey) {
        return new WriteCall(
                decision.decisionId(),
                product,
                purpose,
                new WriteRequest(Examples.json(mutation), null, null),
                idempotencyKey);
    }

    Outcome<DataWritten> write(Decision decision, String product, String discount) {
        return write(agent, decision, product, PURPOSE, DISCOUNT.formatted(discount), null);
    }

    Outcome<DataWritten> write(Decision decision, String discount, String product, String idempotencyKey) {
        return write(agent, decision, product, PURPOSE, DISCOUNT.formatted(discount), idempotencyKey);
    }

    Outcome<DataRead> read(Decision decision, String product, String purpose, String query) {
        return node.reads.read(
                agent,
                decision.decisionId(),
                product,
                purpose,
                new ReadRequest(Examples.json(query), null, null, null));
    }

    void evaluate(Decision decision, String discount) {
        done(node.core.evaluations.evaluate(
                agent, decision.decisionId(), POLICY, Examples.json("{'proposed_discount': " + discount + "}")));
    }

    Approval ask(Decision decision, @Nullable String action) {
        return done(node.core.approvals.request(
                agent,
                new ApprovalRequest(
                        decision.decisionId(),
                        null,
                        null,
                        ROUTE,
                        null,
                        null,
                        action == null ? null : done(node.actions.propose(agent, Examples.json(action))),
                        null)));
    }

    void answer(Approval approval, Verdict verdict) {
        assertThat(node.core.approvals.answer(new Answer(
                        tenant,
                        approval.approvalId(),
                        verdict,
                        new Approver(null, "Ada", "ada@example.com", null, "dashboard"),
                        "fine",
                        null)))
                .isInstanceOf(Answered.Recorded.class);
    }

    void approve(Decision decision, @Nullable String action) {
        answer(ask(decision, action), Verdict.APPROVED);
    }

    Outcome<Decision> closeWith(Decision decision, CloseAction action) {
        return node.core.decisions.close(agent, decision.decisionId(), action, null, null);
    }

    List<ObjectNode> events(DecisionKey decision, EventType type) {
        return node.core.trace.events(decision, 0, 1000, 1 << 22).events().stream()
                .filter(event -> event.type() == type)
                .map(Event::payload)
                .toList();
    }

    List<String> reasons(Decision decision) {
        return events(decision.key(), EventType.WRITE_REFUSED).stream()
                .map(refusal -> refusal.path("reason").asString())
                .toList();
    }
}
