package com.tracemem.approval;

import static com.tracemem.approval.CoreNode.done;
import static com.tracemem.approval.CoreNode.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tracemem.Promise;
import com.tracemem.decision.AutomationMode;
import com.tracemem.decision.CloseAction;
import com.tracemem.decision.Decision;
import com.tracemem.decision.DecisionStatus;
import com.tracemem.decision.NewDecision;
import com.tracemem.decision.ProposedAction;
import com.tracemem.identity.AgentPermissions;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.identity.TurnableClock;
import com.tracemem.store.TestDatabase;
import com.tracemem.trace.Outcome;
import com.tracemem.trace.Sha256;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

/** The state machine of decisions and approvals, and the queue between them and the channels. */
class ApprovalsTest {
    private static final Approver ANNA = new Approver("u1", "Anna", "anna@example.com", null, "webhook");

    private final TestDatabase database = TestDatabase.create();
    private final TurnableClock clock = new TurnableClock();
    private CoreNode node;
    private String tenant;
    private AgentPrincipal agent;

    @BeforeEach
    void open() throws InterruptedException {
        node = new CoreNode(database, "one", clock);
        tenant = node.tenant();
        agent = node.agent(tenant, "agent");
        node.route(tenant, "route_a");
    }

    @AfterEach
    void close() {
        node.close();
        database.close();
    }

    private Answer answer(Approval approval, Verdict verdict, @Nullable String rationale, String messageId) {
        return new Answer(
                tenant,
                approval.approvalId(),
                verdict,
                ANNA,
                rationale,
                new InboundMessage(approval.integrationId(), messageId));
    }

    private DecisionStatus status(Decision decision) {
        return node.decisions.find(agent, decision.decisionId()).orElseThrow().status();
    }

    @Test
    void anApprovalIsAskedAnsweredAndCommitted() {
        Decision decision = node.open(agent);
        Approval approval = done(node.ask(agent, decision, "route_a"));
        assertThat(status(decision)).isEqualTo(DecisionStatus.NEEDS_APPROVAL);
        assertThat(refused(node.decisions.close(agent, decision.decisionId(), CloseAction.COMMIT, null, null)))
                .startsWith("Approval is required: ");
        Answered answered = node.approvals.answer(answer(approval, Verdict.APPROVED, "fine", "m1"));
        assertThat(answered).isInstanceOf(Answered.Recorded.class);
        assertThat(status(decision)).isEqualTo(DecisionStatus.APPROVED);
        Decision closed = done(node.decisions.close(agent, decision.decisionId(), CloseAction.COMMIT, "done", null));
        assertThat(closed.status()).isEqualTo(DecisionStatus.COMMITTED);
        assertThat(done(node.decisions.close(agent, decision.decisionId(), CloseAction.COMMIT, "again", null))
                        .closeReason())
                .isEqualTo("done");
        assertThat(refused(node.decisions.close(agent, decision.decisionId(), CloseAction.ABORT, null, null)))
                .contains("is already committed");
        assertThat(node.eventTypes(decision.key()))
                .containsExactly("decision_created", "approval_requested", "approval_resolved", "decision_closed");
    }

    @Test
    void aRejectionEndsTheDecisionAndTheAgentMayStillAbort() {
        Decision decision = node.open(agent);
        Approval approval = done(node.ask(agent, decision, "route_a"));
        node.approvals.answer(answer(approval, Verdict.REJECTED, "too much", "m1"));
        Decision ended = node.decisions.find(agent, decision.decisionId()).orElseThrow();
        assertThat(ended.status()).isEqualTo(DecisionStatus.ABORTED);
        assertThat(ended.closeReason()).isEqualTo("Rejected by Anna: too much");
        assertThat(ended.closedAt()).isNotNull();
        assertThat(done(node.decisions.close(agent, decision.decisionId(), CloseAction.ABORT, "x", null))
                        .status())
                .isEqualTo(DecisionStatus.ABORTED);
        assertThat(refused(node.ask(agent, decision, "route_a"))).contains("is aborted and asks nobody any more");
    }

    @Test
    void aTenantMayShowRejectedInstead() {
        database.jdbc()
                .sql("update tenant set rejection_status = 'rejected' where tenant_id = ?")
                .param(tenant)
                .update();
        Decision decision = node.open(agent);
        Approval approval = done(node.ask(agent, decision, "route_a"));
        node.approvals.answer(answer(approval, Verdict.REJECTED, null, "m1"));
        assertThat(status(decision)).isEqualTo(DecisionStatus.REJECTED);
        assertThat(refused(node.decisions.close(agent, decision.decisionId(), CloseAction.COMMIT, null, null)))
                .contains("can only be closed with abort");
        assertThat(done(node.decisions.close(agent, decision.decisionId(), CloseAction.ABORT, null, null))
                        .status())
                .isEqualTo(DecisionStatus.ABORTED);
    }

    @Test
    void theSameRequestFindsTheSameApprovalAndAnotherIsRefused() {
        Decision decision = node.open(agent);
        Approval first = done(node.ask(agent, decision, "route_a"));
        assertThat(done(node.ask(agent, decision, "route_a")).approvalId()).isEqualTo(first.approvalId());
        assertThat(refused(node.approvals.request(
                        agent,
                        new ApprovalRequest(decision.decisionId(), "Other", null, "route_a", null, null, null, null))))
                .contains(first.approvalId());
        assertThat(node.eventTypes(decision.key())).containsExactly("decision_created", "approval_requested");
    }

    @Test
    void anIdempotencyKeyFindsItsApprovalAfterTheAnswerToo() {
        Decision decision = node.open(agent);
        ApprovalRequest request =
                new ApprovalRequest(decision.decisionId(), "t", null, "route_a", null, null, null, "key-1");
        Approval first = done(node.approvals.request(agent, request));
        node.approvals.answer(answer(first, Verdict.APPROVED, null, "m1"));
        assertThat(done(node.approvals.request(agent, request)).approvalId()).isEqualTo(first.approvalId());
        assertThat(status(decision)).isEqualTo(DecisionStatus.APPROVED);
    }

    @Test
    void ofManyAnswersAtOnceOneWinsAndTheOthersAreToldAndTraced() throws Exception {
        try (CoreNode other = new CoreNode(database, "two", clock)) {
            Decision decision = node.open(agent);
            Approval approval = done(node.ask(agent, decision, "route_a"));
            List<Callable<Answered>> tries = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                Approver approver = new Approver("u" + i, "User " + i, null, null, "webhook");
                Verdict verdict = i % 2 == 0 ? Verdict.APPROVED : Verdict.REJECTED;
                Answer answer = new Answer(
                        tenant,
                        approval.approvalId(),
                        verdict,
                        approver,
                        null,
                        new InboundMessage(approval.integrationId(), "m" + i));
                CoreNode at = i % 3 == 0 ? other : node;
                tries.add(() -> at.approvals.answer(answer));
            }
            List<Approval> won = new ArrayList<>();
            List<Approval> toldWinner = new ArrayList<>();
            try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
                for (Future<Answered> future : executor.invokeAll(tries)) {
                    switch (future.get()) {
                        case Answered.Recorded recorded -> won.add(recorded.approval());
                        case Answered.AlreadyResolved resolved -> toldWinner.add(resolved.approval());
                        default -> throw new AssertionError("unexpected answer");
                    }
                }
            }
            assertThat(won).hasSize(1);
            assertThat(toldWinner)
                    .hasSize(15)
                    .allSatisfy(told ->
                            assertThat(told.approver()).isEqualTo(won.getFirst().approver()));
            List<String> types = node.eventTypes(decision.key());
            assertThat(types).filteredOn("approval_resolved"::equals).hasSize(1);
            assertThat(types).filteredOn("approval_answer_refused"::equals).hasSize(15);
        }
    }

    @Test
    void theSameMessageTakesEffectOnceWhateverItSaysTheSecondTime() {
        Decision one = node.open(agent);
        Decision two = node.open(agent);
        Approval first = done(node.ask(agent, one, "route_a"));
        Approval second = done(node.ask(agent, two, "route_a"));
        node.approvals.answer(answer(first, Verdict.APPROVED, null, "m1"));
        assertThat(node.approvals.answer(answer(first, Verdict.REJECTED, null, "m1")))
                .isInstanceOf(Answered.Repeated.class);
        assertThat(node.approvals.answer(answer(second, Verdict.APPROVED, null, "m1")))
                .as("a message id of another approval")
                .isInstanceOf(Answered.MessageReused.class);
        assertThat(status(two)).isEqualTo(DecisionStatus.NEEDS_APPROVAL);
        assertThat(node.approvals.answer(answer(first, Verdict.APPROVED, null, "m2")))
                .as("the same answer under a new message id")
                .isInstanceOf(Answered.Repeated.class);
        assertThat(node.approvals.answer(answer(first, Verdict.REJECTED, null, "m3")))
                .isInstanceOf(Answered.AlreadyResolved.class);
    }

    @Test
    void onlyThoseOnTheRoutesListMayAnswerAndOnlyOverTheirIntegration() {
        node.routes.save(
                node.draft(tenant, "route_a", true, List.of("Boss@example.com"), Route.OnExpiry.KEEP), "usr_test");
        Decision decision = node.open(agent);
        Approval approval = done(node.ask(agent, decision, "route_a"));
        assertThat(node.approvals.answer(answer(approval, Verdict.APPROVED, "yes", "m1")))
                .isInstanceOf(Answered.NotAnApprover.class);
        Approver boss = new Approver(null, "Boss", "boss@example.com", null, "webhook");
        InboundMessage elsewhere = new InboundMessage("int_other", "m2");
        assertThat(node.approvals.answer(
                        new Answer(tenant, approval.approvalId(), Verdict.APPROVED, boss, "yes", elsewhere)))
                .isInstanceOf(Answered.UnknownApproval.class);
        assertThat(node.approvals.answer(
                        new Answer("tnt_other", approval.approvalId(), Verdict.APPROVED, boss, "yes", null)))
                .isInstanceOf(Answered.UnknownApproval.class);
        InboundMessage message = new InboundMessage(approval.integrationId(), "m3");
        assertThat(node.approvals.answer(
                        new Answer(tenant, approval.approvalId(), Verdict.APPROVED, boss, "  ", message)))
                .isInstanceOf(Answered.RationaleRequired.class);
        assertThat(node.approvals.answer(
                        new Answer(tenant, approval.approvalId(), Verdict.APPROVED, boss, "yes", message)))
                .isInstanceOf(Answered.Recorded.class);
        assertThat(node.eventTypes(decision.key()))
                .filteredOn("approval_answer_refused"::equals)
                .hasSize(2);
    }

    @Test
    void anExpiredApprovalIsNeverApprovedAndTheAgentMayAskAgain() {
        Decision decision = node.open(agent);
        Approval approval = done(node.ask(agent, decision, "route_a"));
        clock.turn(Duration.ofHours(2));
        assertThat(node.approvals.answer(answer(approval, Verdict.APPROVED, null, "m1")))
                .isInstanceOfSatisfying(
                        Answered.AlreadyResolved.class,
                        late -> assertThat(late.approval().status()).isEqualTo(ApprovalStatus.EXPIRED));
        assertThat(status(decision)).isEqualTo(DecisionStatus.NEEDS_APPROVAL);
        Approval again = done(node.ask(agent, decision, "route_a"));
        assertThat(again.approvalId()).isNotEqualTo(approval.approvalId());
        clock.turn(Duration.ofHours(2));
        assertThat(node.approvals.expireDue()).isEqualTo(1);
        assertThat(node.approvals.expireDue()).isZero();
        assertThat(node.approvals.newest(decision.key()).orElseThrow().status()).isEqualTo(ApprovalStatus.EXPIRED);
    }

    @Test
    void whoeverMeetsAnExpiredQuestionIsNotToldToWait() {
        Decision decision = node.open(agent);
        Approval approval = done(node.ask(agent, decision, "route_a"));
        assertThat(refused(commit(decision)))
                .endsWith("waits for a human's answer; wait for it with decision_get, or close with abort");
        clock.turn(Duration.ofHours(2));
        String nobody = "Approval is required: decision " + decision.decisionId()
                + " was not answered in time, and nobody can answer any more; ask again with decision_request_approval,"
                + " or close with abort";
        assertThat(refused(commit(decision))).isEqualTo(nobody);
        assertThat(node.approvals.settle(approval)).isTrue();
        assertThat(node.approvals.newest(decision.key()).orElseThrow().status()).isEqualTo(ApprovalStatus.EXPIRED);
        assertThat(node.approvals.settle(approval)).isFalse();
        assertThat(refused(commit(decision))).isEqualTo(nobody);
    }

    private Outcome<Decision> commit(Decision decision) {
        return node.decisions.close(agent, decision.decisionId(), CloseAction.COMMIT, null, null);
    }

    @Test
    void aRouteMayEndTheDecisionOnExpiry() {
        node.routes.save(node.draft(tenant, "route_a", false, List.of(), Route.OnExpiry.REJECT), "usr_test");
        Decision decision = node.open(agent);
        done(node.ask(agent, decision, "route_a"));
        clock.turn(Duration.ofHours(2));
        assertThat(node.approvals.expireDue()).isEqualTo(1);
        assertThat(status(decision)).isEqualTo(DecisionStatus.ABORTED);
    }

    @Test
    void closingWithdrawsTheQuestion() {
        Decision decision = node.open(agent);
        Approval approval = done(node.ask(agent, decision, "route_a"));
        done(node.decisions.close(agent, decision.decisionId(), CloseAction.ABORT, "changed my mind", null));
        assertThat(node.approvals
                        .find(tenant, approval.approvalId())
                        .orElseThrow()
                        .status())
                .isEqualTo(ApprovalStatus.CANCELLED);
        assertThat(node.queue.claim(10, Duration.ofMinutes(1))).isEmpty();
        assertThat(node.approvals.answer(answer(approval, Verdict.APPROVED, null, "m1")))
                .isInstanceOf(Answered.AlreadyResolved.class);
        assertThat(status(decision)).isEqualTo(DecisionStatus.ABORTED);
    }

    @Test
    void aRefusedMessageIsTracedOnceHoweverOftenItComes() {
        Decision decision = node.open(agent);
        Approval approval = done(node.ask(agent, decision, "route_a"));
        Answer refused = answer(approval, Verdict.REJECTED, "late", "m2");
        node.approvals.answer(answer(approval, Verdict.APPROVED, null, "m1"));
        for (int i = 0; i < 3; i++) {
            assertThat(node.approvals.answer(refused)).isInstanceOf(Answered.AlreadyResolved.class);
        }
        assertThat(node.eventTypes(decision.key())).containsOnlyOnce("approval_answer_refused");
        Approval other = done(node.ask(agent, node.open(agent), "route_a"));
        assertThat(node.approvals.answer(answer(other, Verdict.APPROVED, null, "m2")))
                .isInstanceOf(Answered.MessageReused.class);
    }

    @Test
    void anActionThatCouldNotBeShownWholeIsRefused() {
        var action = JsonNodeFactory.instance.objectNode().put("note", "é".repeat(4080));
        assertThat(ProposedAction.elsewhere(action).shown()).isEqualTo(action);
        action.put("note", "é".repeat(4097));
        assertThatThrownBy(() -> ProposedAction.elsewhere(action))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("proposed_action has 8205 bytes, and at most 8192");
    }

    @Test
    void anIdIsNoRoleAndNoAddress() {
        Approver impostor = new Approver("admin", "Eve", null, null, "webhook");
        assertThat(impostor.isAmong(List.of("admin"))).isFalse();
        assertThat(new Approver("anna@example.com", null, null, null, "webhook").isAmong(List.of("anna@example.com")))
                .isFalse();
        assertThat(new Approver(null, null, "u17", null, "webhook").isAmong(List.of("u17")))
                .isFalse();
        assertThat(new Approver("usr_1", "Ann", "ann@example.com", "admin", "api").isAmong(List.of("Admin")))
                .isTrue();
        assertThat(ANNA.isAmong(List.of("ANNA@example.com"))).isTrue();
        assertThat(ANNA.isAmong(List.of("boss", "U1"))).isTrue();
        assertThat(impostor.isAmong(List.of())).isTrue();
    }

    @Test
    void theModeApproveCommitsNothingUnapproved() {
        Decision decision = done(node.decisions.create(
                agent, new NewDecision("intent", AutomationMode.APPROVE, null, null, null, null, null)));
        assertThat(refused(node.decisions.close(agent, decision.decisionId(), CloseAction.COMMIT, null, null)))
                .startsWith("Approval is required: ");
        Approval approval = done(node.ask(agent, decision, "route_a"));
        node.approvals.answer(answer(approval, Verdict.APPROVED, null, "m1"));
        done(node.decisions.close(agent, decision.decisionId(), CloseAction.COMMIT, null, null));
    }

    @Test
    void routesAndPermissionsAreHeld() {
        Decision decision = node.open(agent);
        assertThat(refused(node.ask(agent, decision, "route_x")))
                .isEqualTo("Approval route 'route_x' not found or not accessible");
        assertThat(refused(node.approvals.request(
                        agent, new ApprovalRequest(decision.decisionId(), null, null, null, null, null, null, null))))
                .contains("default_approval_route_id");
        AgentPrincipal narrow = new AgentPrincipal(
                tenant,
                agent.agentId(),
                "agent",
                "key",
                new AgentPermissions(true, List.of(), List.of(), List.of("route_b")));
        assertThat(refused(node.ask(narrow, decision, "route_a")))
                .isEqualTo("Approval route 'route_a' not found or not accessible");
        AgentPrincipal mute = new AgentPrincipal(tenant, agent.agentId(), "agent", "key", AgentPermissions.none());
        assertThat(refused(node.ask(mute, decision, "route_a")))
                .isEqualTo("Permission denied: agent does not have permission to request approvals");
        AgentPrincipal stranger = node.agent(tenant, "stranger");
        assertThat(refused(node.ask(stranger, decision, "route_a"))).isEqualTo("Decision not found");
    }

    @Test
    void creationIsIdempotentByKey() {
        NewDecision wanted = new NewDecision("intent", AutomationMode.PROPOSE, null, null, null, null, "k");
        Decision first = done(node.decisions.create(agent, wanted));
        assertThat(done(node.decisions.create(agent, wanted)).decisionId()).isEqualTo(first.decisionId());
        NewDecision other = new NewDecision("other", AutomationMode.PROPOSE, null, null, null, null, "k");
        assertThat(refused(node.decisions.create(agent, other))).contains(first.decisionId());
        AgentPrincipal neighbour = node.agent(tenant, "neighbour");
        assertThat(done(node.decisions.create(neighbour, wanted)).decisionId()).isNotEqualTo(first.decisionId());
    }

    @Test
    void aWaitingAgentWakesForAnAnswerOnAnotherNode() throws Exception {
        try (CoreNode other = new CoreNode(database, "two", clock)) {
            Decision decision = node.open(agent);
            Approval approval = done(node.ask(agent, decision, "route_a"));
            CompletableFuture<Optional<Decision>> waiting = CompletableFuture.supplyAsync(() -> {
                try {
                    return node.decisions.await(
                            agent, decision.decisionId(), DecisionStatus.NEEDS_APPROVAL, Duration.ofSeconds(50));
                } catch (InterruptedException stopped) {
                    throw new IllegalStateException(stopped);
                }
            });
            other.approvals.answer(answer(approval, Verdict.APPROVED, null, "m1"));
            assertThat(waiting.get(20, TimeUnit.SECONDS).orElseThrow().status()).isEqualTo(DecisionStatus.APPROVED);
        }
    }

    @Test
    void theQueueHandsOutAMessageOnceAndTellsTheOutcomeAfterTheQuestion() {
        Decision decision = node.open(agent);
        Approval approval = done(node.ask(agent, decision, "route_a"));
        List<DeliveryClaim> claims = node.queue.claim(10, Duration.ofMinutes(1));
        assertThat(claims).singleElement().satisfies(claim -> {
            assertThat(claim.kind()).isEqualTo(DeliveryKind.REQUESTED);
            assertThat(claim.attempt()).isEqualTo(1);
        });
        assertThat(node.queue.claim(10, Duration.ofMinutes(1))).isEmpty();
        // the answer overtakes the worker's report
        node.approvals.answer(answer(approval, Verdict.APPROVED, null, "m1"));
        assertThat(node.queue.claim(10, Duration.ofMinutes(1)))
                .as("resolved waits for requested")
                .isEmpty();
        assertThat(node.queue.report(
                        claims.getFirst(),
                        "webhook",
                        new AttemptResult.Delivered(Duration.ofMillis(5), null, Sha256.of("shown"), 0)))
                .isTrue();
        assertThat(node.queue.claim(10, Duration.ofMinutes(1)))
                .singleElement()
                .satisfies(claim -> assertThat(claim.kind()).isEqualTo(DeliveryKind.RESOLVED));
        assertThat(node.approvals
                        .find(tenant, approval.approvalId())
                        .orElseThrow()
                        .deliveryStatus())
                .isEqualTo(DeliveryStatus.DELIVERED);
        assertThat(node.eventTypes(decision.key())).endsWith("approval_resolved", "approval_delivery");
    }

    @Test
    @Promise("Q3")
    void aWorkerPastItsLeaseCannotOverwriteItsSuccessor() {
        Decision decision = node.open(agent);
        done(node.ask(agent, decision, "route_a"));
        DeliveryClaim stalled = node.queue.claim(10, Duration.ofMinutes(1)).getFirst();
        clock.turn(Duration.ofMinutes(2));
        assertThat(node.lost.recover(10, claim -> 20)).isEqualTo(1);
        DeliveryClaim successor = node.queue.claim(10, Duration.ofMinutes(1)).getFirst();
        assertThat(successor.deliveryId()).isEqualTo(stalled.deliveryId());
        assertThat(successor.attempt()).isEqualTo(2);
        assertThat(node.queue.report(
                        stalled, "webhook", new AttemptResult.Failed("late", "late", Duration.ofMinutes(2))))
                .isFalse();
        assertThat(node.queue.report(
                        successor,
                        "webhook",
                        new AttemptResult.Delivered(Duration.ofMillis(5), null, Sha256.of("shown"), 0)))
                .isTrue();
        assertThat(node.trace.events(decision.key(), 0, 10, 1 << 20).events())
                .extracting(event -> event.payload().path("outcome").asString(""))
                .containsExactly("", "", "unknown", "delivered");
    }

    @Test
    void aFailedQuestionIsAskedAgainUnlessItWasAnswered() {
        Decision decision = node.open(agent);
        Approval approval = done(node.ask(agent, decision, "route_a"));
        DeliveryClaim claim = node.queue.claim(10, Duration.ofMinutes(1)).getFirst();
        node.queue.report(
                claim,
                "webhook",
                new AttemptResult.Retry(
                        "10.0.0.7 answered 503", "HTTP 503", clock.instant().plusSeconds(5), Duration.ofMillis(1)));
        assertThat(node.queue.claim(10, Duration.ofMinutes(1))).isEmpty();
        clock.turn(Duration.ofSeconds(6));
        DeliveryClaim second = node.queue.claim(10, Duration.ofMinutes(1)).getFirst();
        node.approvals.answer(answer(approval, Verdict.APPROVED, null, "m1"));
        node.queue.report(
                second,
                "webhook",
                new AttemptResult.Retry(
                        "10.0.0.7 answered 503", "HTTP 503", clock.instant().plusSeconds(5), Duration.ofMillis(1)));
        assertThat(node.queue.claim(10, Duration.ofMinutes(1)))
                .extracting(DeliveryClaim::kind)
                .containsExactly(DeliveryKind.RESOLVED);
    }

    @Test
    void whatWasClaimedAndNotTriedCountsNoAttempt() {
        Decision decision = node.open(agent);
        Approval approval = done(node.ask(agent, decision, "route_a"));
        node.queue.park(node.queue.claim(10, Duration.ofMinutes(1)));
        assertThat(deliveries(approval)).containsExactly("requested parked 0");
        node.approvals.answer(answer(approval, Verdict.APPROVED, null, "m1"));
        assertThat(deliveries(approval))
                .as("nobody is told how a question ended that was never sent")
                .containsExactly("requested cancelled 0");
        Approval next = done(node.ask(agent, node.open(agent), "route_a"));
        node.queue.withdraw(node.queue.claim(10, Duration.ofMinutes(1)));
        assertThat(deliveries(next)).containsExactly("requested cancelled 0");
    }

    private List<String> deliveries(Approval approval) {
        return node.jdbc
                .sql(
                        "select kind || ' ' || status || ' ' || attempts from delivery where approval_id = ? order by kind")
                .param(approval.approvalId())
                .query((row, n) -> row.getString(1))
                .list();
    }

    @Test
    void lostAttemptsAreBoundedToo() {
        Decision decision = node.open(agent);
        Approval approval = done(node.ask(agent, decision, "route_a"));
        for (int attempt = 1; attempt <= 2; attempt++) {
            assertThat(node.queue.claim(10, Duration.ofMinutes(1))).hasSize(1);
            clock.turn(Duration.ofMinutes(2));
            assertThat(node.lost.recover(10, claim -> 1)).isEqualTo(1);
        }
        assertThat(deliveries(approval)).containsExactly("requested failed 2");
        assertThat(node.approvals
                        .find(tenant, approval.approvalId())
                        .orElseThrow()
                        .deliveryStatus())
                .isEqualTo(DeliveryStatus.FAILED);
    }

    @Test
    void oneMessageThatCannotBeRecoveredHoldsUpNoOther() {
        Approval stuck = done(node.ask(agent, node.open(agent), "route_a"));
        assertThat(node.queue.claim(10, Duration.ofMinutes(1))).hasSize(1);
        clock.turn(Duration.ofSeconds(1));
        Approval fine = done(node.ask(agent, node.open(agent), "route_a"));
        assertThat(node.queue.claim(10, Duration.ofMinutes(1))).hasSize(1);
        clock.turn(Duration.ofMinutes(2));
        ToIntFunction<DeliveryClaim> failing = claim -> {
            if (claim.approvalId().equals(stuck.approvalId())) {
                throw new IllegalStateException("a row that always fails");
            }
            return 20;
        };
        assertThat(node.lost.recover(1, failing)).isZero();
        assertThat(node.lost.recover(1, failing)).isEqualTo(1);
        assertThat(deliveries(fine)).containsExactly("requested pending 1");
        assertThat(deliveries(stuck)).containsExactly("requested sending 1");
    }

    @Test
    @Promise("Q6")
    void besideABusyDestinationTheOthersGetTheirTurn() {
        node.integration(tenant, "int_idle");
        for (int i = 0; i < 30; i++) {
            done(node.ask(agent, node.open(agent), "route_a"));
        }
        Route idle = node.draft(tenant, "route_b", false, List.of(), Route.OnExpiry.KEEP);
        node.routes.save(
                new Route(
                        tenant,
                        "route_b",
                        "route_b",
                        "int_idle",
                        null,
                        false,
                        idle.expiresIn(),
                        List.of(),
                        Route.OnExpiry.KEEP,
                        false,
                        List.of(),
                        1,
                        clock.instant(),
                        clock.instant()),
                "usr_test");
        clock.turn(Duration.ofSeconds(1));
        for (int i = 0; i < 3; i++) {
            done(node.ask(agent, node.open(agent), "route_b"));
        }
        Destination busy = new Destination(tenant, "int_" + tenant);
        assertThat(node.queue.claim(40, Duration.ofMinutes(1), List.of(busy)))
                .hasSize(3)
                .allMatch(claim -> claim.integrationId().equals("int_idle"));
        assertThat(node.queue.claim(40, Duration.ofMinutes(1), List.of(busy))).isEmpty();
        assertThat(node.queue.claim(40, Duration.ofMinutes(1), List.of(new Destination(tenant, "int_idle"))))
                .as("a quarter of the limit from each")
                .hasSize(10);
        assertThat(node.queue.claim(40, Duration.ofMinutes(1))).hasSize(20);
    }

    @Test
    void approversSeeWhatWasSaidBeforeTheQuestion() {
        Decision decision = node.open(agent);
        var context = JsonNodeFactory.instance.objectNode().put("tier", "gold");
        done(node.decisions.addContext(agent, decision.decisionId(), context, "Gold customer"));
        Approval approval = done(node.ask(agent, decision, "route_a"));
        done(node.decisions.addContext(agent, decision.decisionId(), context, "Said too late"));
        ApprovalView view = node.views.view(tenant, approval.approvalId()).orElseThrow();
        assertThat(view.contextSummaries()).containsExactly("Gold customer");
        assertThat(view.decision().intent()).isEqualTo("customer.discount");
        assertThat(node.views.view("tnt_other", approval.approvalId())).isEmpty();
    }
}
