package com.tracemem.approval;

import static com.tracemem.approval.CoreNode.done;
import static com.tracemem.approval.CoreNode.refused;
import static com.tracemem.approval.DataNode.PLANTED;
import static com.tracemem.approval.DataNode.PURPOSE;
import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.decision.AutomationMode;
import com.tracemem.decision.CloseAction;
import com.tracemem.decision.DataRead;
import com.tracemem.decision.DataWritten;
import com.tracemem.decision.Decision;
import com.tracemem.decision.DecisionStatus;
import com.tracemem.decision.NewDecision;
import com.tracemem.identity.AgentPermissions;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.identity.ProductPermission;
import com.tracemem.policy.Examples;
import com.tracemem.product.Operation;
import com.tracemem.product.ProductDraft;
import com.tracemem.product.Recorded;
import com.tracemem.product.Source;
import com.tracemem.product.SourceUnavailable;
import com.tracemem.product.WriteResult;
import com.tracemem.trace.Event;
import com.tracemem.trace.EventType;
import com.tracemem.trace.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** What may be read and written, when, and how often, on real databases on both sides. */
class DataInDecisionsTest extends DataCase {
    // Reads

    @Test
    void aProductsPolicySeesTheDecisionsMetadata() {
        publish("""
                policy_id: discount_cap_v1
                inputs: {type: object}
                rules:
                  - {id: risky, when: 'has(decision.metadata) && decision.metadata.risk == "high"', outcome: deny, message: risky}
                default: allow
                """);
        Decision decision = done(node.core.decisions.create(
                agent,
                new NewDecision(
                        "customer.discount",
                        AutomationMode.PROPOSE,
                        null,
                        null,
                        null,
                        Examples.json("{'risk': 'high'}"),
                        null)));
        assertThat(refused(write(decision, "capped", "0.1")))
                .isEqualTo("Policy 'discount_cap_v1' denied this action: risky");
        assertThat(node.discounts()).isZero();
    }

    @Test
    void aReadGivesTheRecordsAndTheTraceTheirDigest() {
        Decision decision = open(AutomationMode.PROPOSE);
        DataRead read = done(read(decision, "customers", PURPOSE, "{'customer_id': '1001'}"));
        assertThat(read.records()).hasSize(1);
        assertThat(read.records().getFirst().path("email").asString()).isEqualTo(PLANTED);
        ObjectNode event = events(decision.key(), EventType.READ).getFirst();
        assertThat(event.path("product").asString()).isEqualTo("customers");
        assertThat(event.path("product_version").asInt()).isEqualTo(1);
        assertThat(event.path("purpose").asString()).isEqualTo(PURPOSE);
        assertThat(event.at("/query/customer_id").asInt()).isEqualTo(1001);
        assertThat(event.path("rows").asInt()).isEqualTo(1);
        assertThat(event.path("rows_digest").asString()).hasSize(64);
        assertThat(event.toString()).doesNotContain(PLANTED).doesNotContain("Acme");
    }

    @Test
    void textsInAQueryAreKeptAsDigests() {
        Decision decision = open(AutomationMode.PROPOSE);
        done(read(decision, "customers", PURPOSE, "{'email': '" + PLANTED + "', 'name': {'in': ['Acme']}}"));
        ObjectNode query =
                (ObjectNode) events(decision.key(), EventType.READ).getFirst().get("query");
        assertThat(query.at("/email/sha256").asString()).hasSize(64);
        assertThat(query.at("/name/in/0/sha256").asString()).hasSize(64);
    }

    @Test
    void aReadNeedsAnOpenDecisionAndLeaveButNoApproval() {
        Decision decision = open(AutomationMode.APPROVE);
        ask(decision, null);
        done(read(decision, "customers", PURPOSE, "{'customer_id': 1001}"));
        assertThat(refused(read(decision, "customers", "marketing", "{}")))
                .isEqualTo(
                        "Purpose 'marketing' is not allowed for product 'customers': use discount_evaluation or support");
        assertThat(refused(read(decision, "nope", PURPOSE, "{}")))
                .isEqualTo("Product 'nope' not found or not accessible");
        assertThat(refused(read(decision, "customers", PURPOSE, "{'secret': 'x'}")))
                .isEqualTo("Field 'secret' not found in schema of product 'customers'");
        assertThat(refused(read(decision, "discounts", PURPOSE, "{}"))).contains("use decision_write");
        done(closeWith(decision, CloseAction.ABORT));
        assertThat(refused(read(decision, "customers", PURPOSE, "{'customer_id': 1001}")))
                .contains("is aborted and reads no more data");
        assertThat(events(decision.key(), EventType.READ)).hasSize(1);
    }

    // The gate, in its order

    @Test
    void aWriteThatNothingForbidsIsMadeAndTraced() {
        Decision decision = open(AutomationMode.PROPOSE);
        DataWritten written = done(write(
                agent,
                decision,
                "discounts",
                PURPOSE,
                "{'operation': 'insert', 'customer_id': '1001', 'proposed_discount': 0.25, 'note': '" + PLANTED + "'}",
                null));
        assertThat(written.affected()).isEqualTo(1);
        assertThat(written.createdRecords()).hasSize(1);
        assertThat(node.core.eventTypes(decision.key())).containsExactly("decision_created", "write_started", "write");
        ObjectNode started = events(decision.key(), EventType.WRITE_STARTED).getFirst();
        assertThat(started.path("records").asInt()).isEqualTo(1);
        assertThat(started.path("fields").valueStream().map(field -> field.asString()))
                .containsExactly("customer_id", "note", "proposed_discount");
        ObjectNode end = events(decision.key(), EventType.WRITE).getFirst();
        assertThat(end.path("outcome").asString()).isEqualTo("executed");
        assertThat(end.path("affected").asInt()).isEqualTo(1);
        assertThat(node.discounts()).isEqualTo(1);
    }

    @Test
    void aWriteThatMeetsAnExpiredQuestionIsToldToAskAgain() {
        Decision decision = open(AutomationMode.PROPOSE);
        ask(decision, null);
        node.core
                .jdbc
                .sql("update approval set expires_at = requested_at where tenant_id = ?")
                .param(tenant)
                .update();
        assertThat(refused(write(decision, "discounts", "0.1")))
                .isEqualTo("Approval is required: decision " + decision.decisionId() + " was not answered in time, and"
                        + " nobody can answer any more; ask again with decision_request_approval, then write");
    }

    @Test
    void theFirstReasonWins() {
        publish(Examples.discountCap());
        Decision decision = open(AutomationMode.APPROVE);
        AgentPrincipal narrow = new AgentPrincipal(
                tenant,
                agent.agentId(),
                agent.name(),
                agent.keyId(),
                new AgentPermissions(
                        true,
                        List.of(new ProductPermission("capped", List.of("support"))),
                        List.of("*"),
                        List.of("*")));

        // everything is wrong; mended one by one, from the last reason to the first
        Approval pending = ask(decision, null);
        assertThat(refused(write(narrow, decision, "capped", PURPOSE, "{'nope': 1}", null)))
                .startsWith("Approval is required: decision " + decision.decisionId() + " waits for a human's answer");
        answer(pending, Verdict.APPROVED);
        evaluate(decision, "0.9");
        assertThat(refused(write(narrow, decision, "discounts", PURPOSE, "{'nope': 1}", null)))
                .isEqualTo("Product 'discounts' not found or not accessible");
        assertThat(refused(write(narrow, decision, "capped", PURPOSE, "{'nope': 1}", null)))
                .isEqualTo("Purpose 'discount_evaluation' is not allowed for product 'capped': use support");
        assertThat(refused(write(agent, decision, "capped", PURPOSE, "{'nope': 1}", null)))
                .isEqualTo("Field 'nope' not found in schema of product 'capped'");
        assertThat(refused(write(decision, "capped", "0.9")))
                .isEqualTo(
                        "Policy 'discount_cap_v1' denied this action: A discount of 0.9 is more than 0.5, which nobody"
                                + " may give");
        evaluate(decision, "0.3");
        assertThat(refused(write(decision, "capped", "0.9")))
                .startsWith("Approval is required: policy 'discount_cap_v1' requires an exception (A discount of 0.3");
        evaluate(decision, "0.1");
        assertThat(refused(write(decision, "capped", "0.9")))
                .startsWith("Policy 'discount_cap_v1' denied this action: A discount of 0.9");
        assertThat(refused(write(decision, "capped", "0.3")))
                .startsWith("Approval is required: policy 'discount_cap_v1' requires an exception (A discount of 0.3");
        done(write(decision, "capped", "0.1"));
        done(closeWith(decision, CloseAction.COMMIT));
        assertThat(refused(write(narrow, decision, "nope", "nope", "{'nope': 1}", null)))
                .contains("is committed and writes nothing more");

        assertThat(reasons(decision))
                .containsExactly(
                        "needs_approval",
                        "product_not_accessible",
                        "purpose_not_allowed",
                        "does_not_fit",
                        "policy_denied",
                        "exception_required",
                        "product_policy_denied",
                        "product_policy_exception_required",
                        "decision_final");
        assertThat(node.discounts()).isEqualTo(1);
    }

    @Test
    void modeAndProductMayWantAnApprovalInAnyCase() {
        Decision careful = open(AutomationMode.APPROVE);
        assertThat(refused(write(careful, "discounts", "0.1")))
                .startsWith("Approval is required: automation_mode 'approve' writes nothing before a human approved");
        Decision free = open(AutomationMode.AUTONOMOUS);
        assertThat(refused(write(free, "approved_only", "0.1")))
                .startsWith("Approval is required: product 'approved_only' is not written to before a human approved");
        approve(careful, null);
        approve(free, null);
        done(write(careful, "discounts", "0.1"));
        done(write(free, "approved_only", "0.1"));
        assertThat(events(free.key(), EventType.WRITE_STARTED)
                        .getFirst()
                        .path("binding")
                        .asString())
                .isEqualTo("unbound");
    }

    @Test
    void aRejectedDecisionWritesNothing() {
        Decision decision = open(AutomationMode.PROPOSE);
        answer(ask(decision, null), Verdict.REJECTED);
        assertThat(refused(write(decision, "discounts", "0.1"))).contains("is aborted and writes nothing more");
    }

    @Test
    void aPolicyOfTheProductAsksOverItsOwnRouteAndIsContentWithTheApprovalThatFollows() {
        Decision decision = open(AutomationMode.PROPOSE);
        approve(decision, null);
        assertThat(refused(write(decision, "capped", "0.3")))
                .as("the approval came before the policy was asked")
                .contains("requires an exception");
        // what was said of a write that was not made is in the way of nothing else
        done(write(decision, "capped", "0.1"));
        Approval asked = done(node.core.approvals.request(
                agent, new ApprovalRequest(decision.decisionId(), null, null, null, null, null, null, null)));
        assertThat(asked.approvalRouteId()).isEqualTo(ROUTE);
        answer(asked, Verdict.APPROVED);
        done(write(decision, "capped", "0.3"));
        assertThat(node.discounts()).isEqualTo(2);
        done(closeWith(decision, CloseAction.COMMIT));
    }

    @Test
    void anExceptionThatWasRefusedToAWriteDoesNotBlockTheCommit() {
        Decision decision = open(AutomationMode.PROPOSE);
        refused(write(decision, "capped", "0.3"));
        assertThat(done(closeWith(decision, CloseAction.COMMIT)).status()).isEqualTo(DecisionStatus.COMMITTED);
    }

    @Test
    void whatAPolicyCannotEvaluateIsDenied() {
        Decision decision = open(AutomationMode.PROPOSE);
        assertThat(refused(write(
                        agent,
                        decision,
                        "capped",
                        PURPOSE,
                        "{'customer_id': 1001, 'proposed_discount': -1, 'customer_tier': 'standard'}",
                        null)))
                .startsWith("Policy 'discount_cap_v1' denied this action: the write does not fit its inputs");
        assertThat(reasons(decision)).containsExactly("product_policy_denied");
    }

    @Test
    void refusalsDoNotFillTheTrace() {
        Decision decision = open(AutomationMode.PROPOSE);
        for (int i = 0; i < 30; i++) {
            refused(write(decision, "approved_only", "0.1"));
        }
        assertThat(reasons(decision)).containsExactly("approval_required");
        for (int i = 0; i < 150; i++) {
            refused(write(decision, "approved_only", "0." + (100 + i)));
        }
        assertThat(reasons(decision)).hasSize(100);
        assertThat(events(decision.key(), EventType.WRITE_REFUSED)
                        .getLast()
                        .path("further_refusals")
                        .asString())
                .isEqualTo("not_traced");
    }

    // Approvals of one action

    @Test
    void anApprovalOfOneActionLetsThatOneThroughOnce() {
        Decision decision = open(AutomationMode.PROPOSE);
        approve(
                decision,
                "{'product': 'capped', 'operation': 'insert', 'mutation': {'records': [{'customer_id': '1001',"
                        + " 'proposed_discount': 0.3, 'customer_tier': 'standard'}]}}");
        assertThat(refused(write(decision, "discounts", "0.3")))
                .startsWith("Approval is required: approval ")
                .contains("covers another write than this one");
        assertThat(refused(write(decision, "capped", "0.1"))).contains("covers another write than this one");
        assertThat(refused(write(decision, "capped", "0.31"))).contains("requires an exception");
        // the same in another form, which the policy needs an exception for
        done(write(
                agent,
                decision,
                "capped",
                PURPOSE,
                "{'operation': 'insert', 'customer_tier': 'standard', 'proposed_discount': 0.30, 'customer_id': 1001}",
                null));
        ObjectNode started = events(decision.key(), EventType.WRITE_STARTED).getFirst();
        assertThat(started.path("binding").asString()).isEqualTo("bound");
        assertThat(started.path("action_digest").asString()).hasSize(64);
        assertThat(refused(write(decision, "capped", "0.1"))).contains("covered one write, which was made");
        assertThat(node.discounts()).isEqualTo(1);
    }

    @Test
    void anApprovalIsNotUsedUpByAWriteThatHadNoEffect() {
        Decision decision = open(AutomationMode.PROPOSE);
        approve(
                decision,
                "{'product': 'discounts', 'operation': 'insert', 'mutation': " + DISCOUNT.formatted("0.3") + "}");
        node.targetJdbc
                .sql("alter table discounts add constraint never check (customer_id = 0)")
                .update();
        try {
            assertThat(refused(write(decision, "0.3", "discounts", "one"))).contains("nothing was written");
        } finally {
            node.targetJdbc.sql("alter table discounts drop constraint never").update();
        }
        assertThat(node.discounts()).isZero();
        done(write(decision, "0.3", "discounts", "one"));
        assertThat(events(decision.key(), EventType.WRITE).stream()
                        .map(end -> end.path("outcome").asString()))
                .containsExactly("rolled_back", "executed");
        assertThat(node.discounts()).isEqualTo(1);
    }

    // Keys and cut-off writes

    @Test
    void theSameKeyWritesOnceHoweverOftenItIsAskedFor() {
        Decision decision = open(AutomationMode.PROPOSE);
        DataWritten first = done(write(decision, "0.1", "discounts", "one"));
        DataWritten again = done(write(decision, "0.1", "discounts", "one"));
        assertThat(again).isEqualTo(first);
        assertThat(again.createdRecords()).hasSize(1);
        assertThat(refused(write(decision, "0.2", "discounts", "one")))
                .isEqualTo("The idempotency_key 'one' was used for a write with other arguments: use a new key");
        done(closeWith(decision, CloseAction.COMMIT));
        assertThat(done(write(decision, "0.1", "discounts", "one"))).isEqualTo(first);
        assertThat(node.core.eventTypes(decision.key()))
                .containsExactly("decision_created", "write_started", "write", "decision_closed");
        assertThat(node.discounts()).isEqualTo(1);
    }

    @Test
    void manyAtOnceUnderOneKeyWriteOnce() throws Exception {
        Decision decision = open(AutomationMode.PROPOSE);
        Set<String> events = new HashSet<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<String> call =
                    () -> done(write(decision, "0.1", "discounts", "one")).eventId();
            List<Future<String>> calls = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                calls.add(threads.submit(call));
            }
            for (Future<String> each : calls) {
                events.add(each.get());
            }
        }
        assertThat(events).hasSize(1);
        assertThat(node.store.writes).hasValue(1);
        assertThat(node.discounts()).isEqualTo(1);
    }

    @Test
    void whileAWriteIsUnderWayItsOutcomeIsUnknownAndTheDecisionIsNotCommitted() throws Exception {
        Decision decision = open(AutomationMode.PROPOSE);
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        node.store.beforeWrite = () -> {
            reached.countDown();
            await(goOn);
        };
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Outcome<DataWritten>> writing = threads.submit(() -> write(decision, "discounts", "0.1"));
            await(reached);
            List<Event> events =
                    node.core.trace.events(decision.key(), 0, 100, 1 << 20).events();
            assertThat(node.core.decisions.writesWithoutEnd(decision.key(), events))
                    .containsExactly(events.getLast().eventId());
            assertThat(refused(closeWith(decision, CloseAction.COMMIT))).contains("its end is not known");
            assertThat(refused(write(decision, "discounts", "0.1"))).contains("it is not made twice");
            // the end is recorded although the decision is over by then
            done(closeWith(decision, CloseAction.ABORT));
            goOn.countDown();
            done(writing.get());
        }
        assertThat(node.core.eventTypes(decision.key()))
                .containsExactly("decision_created", "write_started", "write_refused", "decision_closed", "write");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Test
    void anAnswerThatWasLostIsFoundByTheSameCall() {
        Decision decision = open(AutomationMode.PROPOSE);
        node.store.answer = made -> new WriteResult.Unknown("The connection was lost");
        assertThat(refused(write(decision, "0.1", "discounts", "one")))
                .startsWith("The outcome of this write is unknown")
                .contains("repeat it with its idempotency_key 'one' to find out");
        node.store.release();
        DataWritten found = done(write(decision, "0.1", "discounts", "one"));
        assertThat(found.createdRecords()).hasSize(1);
        assertThat(node.store.writes).hasValue(0);
        assertThat(events(decision.key(), EventType.WRITE).stream()
                        .map(end -> end.path("outcome").asString()))
                .containsExactly("unknown", "executed");
        assertThat(node.discounts()).isEqualTo(1);
    }

    @Test
    void whatDidNotHappenIsMadeByTheSameCall() {
        Decision decision = open(AutomationMode.PROPOSE);
        node.store.beforeWrite = () -> {
            throw new IllegalStateException("a fault before anything was sent");
        };
        assertThat(refused(write(decision, "0.1", "discounts", "one")))
                .startsWith("The outcome of this write is unknown")
                .contains("The server failed over it");
        node.store.release();
        done(write(decision, "0.1", "discounts", "one"));
        assertThat(events(decision.key(), EventType.WRITE).stream()
                        .map(end -> end.path("outcome").asString()))
                .containsExactly("unknown", "rolled_back", "executed");
        assertThat(node.discounts()).isEqualTo(1);
    }

    @Test
    void whatTheTargetCannotTellIsNotMadeAgainBlindly() {
        Decision decision = open(AutomationMode.PROPOSE);
        node.store.answer = made -> new WriteResult.Unknown("The connection was lost");
        refused(write(decision, "0.1", "discounts", "one"));
        node.store.release();
        node.store.recorded = known -> new Recorded.CannotTell("The target keeps no record of writes");
        for (int i = 0; i < 3; i++) {
            assertThat(refused(write(decision, "0.1", "discounts", "one")))
                    .startsWith("The outcome of this write is unknown")
                    .contains("The target keeps no record of writes");
        }
        assertThat(refused(write(decision, "discounts", "0.1"))).contains("it is not made twice");
        assertThat(node.store.writes).hasValue(0);
        assertThat(node.core.eventTypes(decision.key()))
                .containsExactly("decision_created", "write_started", "write", "write_refused");
        assertThat(refused(closeWith(decision, CloseAction.COMMIT))).contains("its end is not known");
        done(closeWith(decision, CloseAction.ABORT));
    }

    @Test
    void anAttemptThatWasGivenUpIsRefusedByTheTargetHoweverLateItComes() throws Exception {
        Decision decision = open(AutomationMode.PROPOSE);
        approve(
                decision,
                "{'product': 'discounts', 'operation': 'insert', 'mutation': " + DISCOUNT.formatted("0.3") + "}");
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicBoolean first = new AtomicBoolean(true);
        node.store.beforeWrite = () -> {
            if (first.getAndSet(false)) {
                reached.countDown();
                await(goOn);
            }
        };
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Outcome<DataWritten>> stalled = threads.submit(() -> write(decision, "0.3", "discounts", "one"));
            await(reached);
            node.targetJdbc
                    .sql("alter table discounts add constraint never check (customer_id = 0)")
                    .update();
            try {
                // another node asks the target, finds nothing, and tries in vain
                assertThat(refused(node.anotherNode()
                                .write(agent, call(decision, "discounts", DISCOUNT.formatted("0.3"), "one"))))
                        .contains("nothing was written");
            } finally {
                node.targetJdbc
                        .sql("alter table discounts drop constraint never")
                        .update();
            }
            // nothing of the first can take effect any more, so that its approval is free
            done(write(decision, "0.3", "discounts", "two"));
            goOn.countDown();
            assertThat(refused(stalled.get())).contains("was given up meanwhile: nothing was written");
            assertThat(refused(write(decision, "0.3", "discounts", "one"))).contains("covered one write");
        }
        assertThat(events(decision.key(), EventType.WRITE))
                .extracting(end -> end.path("outcome").asString())
                .containsExactly("rolled_back", "rolled_back", "executed");
        assertThat(node.discounts()).isEqualTo(1);
    }

    @Test
    void targetsForgetOldWritesThatNobodyWillAskAbout() throws Exception {
        Decision decision = open(AutomationMode.PROPOSE);
        DataWritten made = done(write(decision, "0.1", "discounts", "made"));
        node.store.answer = written -> new WriteResult.Unknown("The connection was lost");
        refused(write(decision, "0.2", "discounts", "unseen"));
        node.store.release();
        List<String> known = events(decision.key(), EventType.WRITE).stream()
                .map(end -> end.path("started_event_id").asString())
                .toList();
        node.targetJdbc
                .sql(
                        "insert into tracemem_write (write_id, product_id, affected) values ('evt_of_somebody_else', 'x', 1)")
                .update();
        node.targetJdbc
                .sql("update tracemem_write set written_at = now() - interval '31 days'")
                .update();
        Decision later = open(AutomationMode.PROPOSE);
        done(node.anotherNode().write(agent, call(later, "discounts", DISCOUNT.formatted("0.1"), "new")));
        String young = events(later.key(), EventType.WRITE)
                .getFirst()
                .path("started_event_id")
                .asString();

        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> !remembered().contains(known.getFirst()));
        assertThat(remembered()).contains(known.getLast(), young, "evt_of_somebody_else");
        assertThat(done(write(decision, "0.1", "discounts", "made")).eventId()).isEqualTo(made.eventId());
        assertThat(done(write(decision, "0.2", "discounts", "unseen")).affected())
                .isEqualTo(1);
        assertThat(node.discounts()).isEqualTo(3);
        node.targetJdbc
                .sql("delete from tracemem_write where write_id = 'evt_of_somebody_else'")
                .update();
    }

    private static List<String> remembered() {
        return node.targetJdbc
                .sql("select write_id from tracemem_write")
                .query((row, n) -> row.getString(1))
                .list();
    }

    @Test
    void aQueryIsMarkedWhenItIsRefusedAndNotWhenItsDatabaseIsAway() {
        node.targetJdbc
                .sql("create table visits (visit_id int primary key, seconds int)")
                .update();
        ProductDraft usual = DataNode.draft("visits", connectorId, Operation.READ, "visits", "visit_id", "seconds");
        node.save(
                tenant,
                new ProductDraft(
                        "visits",
                        "Visits",
                        null,
                        connectorId,
                        Operation.READ,
                        new Source.Query("select visit_id, seconds from visits"),
                        usual.fields(),
                        usual.purposes(),
                        usual.restrictions(),
                        List.of(),
                        false));
        node.store.beforeDescribe = () -> {
            throw new SourceUnavailable("The database could not be reached");
        };
        node.schemas.discover(tenant, connectorId);
        assertThat(node.products.saved(tenant, "visits").orElseThrow().schemaChanges())
                .isEmpty();
        node.store.release();
        node.targetJdbc.sql("alter table visits drop column seconds").update();
        node.schemas.discover(tenant, connectorId);
        assertThat(node.products.saved(tenant, "visits").orElseThrow().schemaChanges())
                .containsExactly("The query does not run any more");
        node.targetJdbc.sql("drop table visits").update();
    }

    // Nothing of the data

    @Test
    void aPlantedAddressIsNowhereInOurTables() {
        Decision decision = open(AutomationMode.PROPOSE);
        done(read(decision, "customers", PURPOSE, "{'customer_id': 1001}"));
        done(read(decision, "customers", PURPOSE, "{'email': {'like': '%" + PLANTED + "%'}}"));
        refused(read(decision, "customers", PURPOSE, "{'" + PLANTED + "': 1}"));
        refused(read(decision, "customers", PURPOSE, "{'customer_id': '" + PLANTED + "'}"));
        done(write(
                agent,
                decision,
                "tiers",
                PURPOSE,
                "{'operation': 'update', 'keys': ['customer_id'], 'records': [{'customer_id': 1001, 'email': '"
                        + PLANTED + "'}]}",
                "one"));
        refused(write(agent, decision, "tiers", PURPOSE, "{'customer_id': '" + PLANTED + "', 'tier': 'x'}", null));
        refused(write(agent, decision, "tiers", PURPOSE, "{'" + PLANTED + "': 1}", null));
        done(closeWith(decision, CloseAction.COMMIT));
        assertThat(events(decision.key(), EventType.WRITE_STARTED)
                        .getFirst()
                        .at("/keys/0/customer_id")
                        .asInt())
                .isEqualTo(1001);

        List<String> tables = node.database
                .ownerJdbc()
                .sql("select table_name from information_schema.tables where table_schema = 'public'")
                .query((row, n) -> row.getString(1))
                .list();
        assertThat(tables).contains("event", "decision_write");
        for (String table : tables) {
            String bytes = table.equals("event") ? "convert_from(leaf, 'UTF8')" : "t::text";
            assertThat(node.database
                            .ownerJdbc()
                            .sql("select count(*) from \"%s\" t where position(? in %s) > 0".formatted(table, bytes))
                            .param(PLANTED)
                            .query(Long.class)
                            .single())
                    .as(table)
                    .isZero();
        }
    }
}
