package com.tracemem.approval;

import static com.tracemem.approval.CoreNode.done;
import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.Promise;
import com.tracemem.decision.CloseAction;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.identity.TurnableClock;
import com.tracemem.store.PageRequest;
import com.tracemem.store.TestDatabase;
import com.tracemem.trace.Actor;
import com.tracemem.trace.Sha256;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What administrators see of messages and do about them, and what an approval says of its own. */
class DeliveriesTest {
    private static final Actor ADMINISTRATOR = new Actor(Actor.Kind.USER, "usr_1", "Ada", "ada@example.com", "api");
    private static final Duration LEASE = Duration.ofMinutes(1);

    private final TestDatabase database = TestDatabase.create();
    private final TurnableClock clock = new TurnableClock();
    private CoreNode node;
    private String tenant;
    private String integration;
    private AgentPrincipal agent;

    @BeforeEach
    void open() throws InterruptedException {
        node = new CoreNode(database, "one", clock);
        tenant = node.tenant();
        integration = "int_" + tenant;
        agent = node.agent(tenant, "agent");
        node.route(tenant, "route_a");
    }

    @AfterEach
    void close() {
        node.close();
        database.close();
    }

    private Approval ask() {
        return done(node.ask(agent, node.open(agent), "route_a"));
    }

    private DeliveryClaim claim() {
        return node.queue.claim(1, LEASE).getFirst();
    }

    private void report(DeliveryClaim claim, AttemptResult result) {
        assertThat(node.queue.report(claim, "webhook", result)).isTrue();
    }

    private static AttemptResult failed() {
        return new AttemptResult.Failed("The endpoint answered 500", "HTTP 500", Duration.ofMillis(3));
    }

    private static AttemptResult delivered() {
        return new AttemptResult.Delivered(Duration.ofMillis(3), null, Sha256.of("shown"), 0);
    }

    private AttemptResult retry() {
        return new AttemptResult.Retry(
                "answered 503", "HTTP 503", clock.instant().plusSeconds(5), Duration.ofMillis(3));
    }

    private void answer(Approval approval, @Nullable String messageId) {
        Approver anna = new Approver("u1", "Anna", "anna@example.com", null, messageId == null ? "api" : "webhook");
        InboundMessage message = messageId == null ? null : new InboundMessage(integration, messageId);
        assertThat(node.approvals.answer(
                        new Answer(tenant, approval.approvalId(), Verdict.APPROVED, anna, null, message)))
                .isInstanceOf(Answered.Recorded.class);
    }

    private DeliveryStatus told(Approval approval) {
        return node.approvals.find(tenant, approval.approvalId()).orElseThrow().deliveryStatus();
    }

    private List<Deliveries.Delivery> list(DeliveryFilter filter) {
        return node.deliveries
                .list(tenant, integration, filter, new PageRequest(100, null))
                .items();
    }

    private DeliveryFilter in(DeliveryState state) {
        return new DeliveryFilter(state, null, null, null, null);
    }

    @Test
    @Promise("Q8")
    void whatWasGivenUpOnIsListedAndRetriedByHandWithAllItsAttemptsAgain() {
        Approval approval = ask();
        report(claim(), retry());
        clock.turn(Duration.ofSeconds(6));
        report(claim(), failed());
        assertThat(told(approval)).isEqualTo(DeliveryStatus.FAILED);
        Deliveries.Delivery given = list(in(DeliveryState.FAILED)).getFirst();
        assertThat(given.attempts()).isEqualTo(2);
        assertThat(node.deliveries.failed()).isEqualTo(1);

        assertThat(node.deliveries.retry(tenant, given.deliveryId(), ADMINISTRATOR))
                .isInstanceOf(Retried.Due.class);

        assertThat(told(approval)).isEqualTo(DeliveryStatus.PENDING);
        DeliveryClaim again = claim();
        assertThat(again.deliveryId()).as("the message's id stays").isEqualTo(given.deliveryId());
        assertThat(again.attempt()).isEqualTo(3);
        assertThat(again.attemptInRound()).isEqualTo(1);
        report(again, delivered());
        assertThat(told(approval)).isEqualTo(DeliveryStatus.DELIVERED);
        assertThat(node.trace.events(approval.decision(), 0, 20, 1 << 20).events())
                .filteredOn(
                        event -> event.payload().path("outcome").asString("").equals("retried_by_hand"))
                .singleElement()
                .satisfies(event -> assertThat(event.actor().toString()).contains("usr_1"));
    }

    @Test
    @Promise("Q8")
    void onlyWhatWasGivenUpOnAndIsStillOfUseIsRetried() {
        Approval approval = ask();
        String id = list(DeliveryFilter.ALL).getFirst().deliveryId();
        assertThat(node.deliveries.retry(tenant, id, ADMINISTRATOR))
                .isEqualTo(new Retried.NotFailed(DeliveryState.PENDING));
        assertThat(node.deliveries.retry(tenant, "dlv_unknown", ADMINISTRATOR))
                .isInstanceOf(Retried.UnknownDelivery.class);
        assertThat(node.deliveries.retry("tnt_other", id, ADMINISTRATOR)).isInstanceOf(Retried.UnknownDelivery.class);
        report(claim(), failed());
        answer(approval, null);
        assertThat(node.deliveries.retry(tenant, id, ADMINISTRATOR))
                .isEqualTo(new Retried.NothingToAsk(ApprovalStatus.APPROVED));
    }

    @Test
    @Promise("Q8")
    void allThatWasGivenUpOnIsRetriedInBulk() {
        List<Approval> asked = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            asked.add(ask());
        }
        node.queue.claim(100, LEASE).forEach(claim -> report(claim, failed()));
        answer(asked.getFirst(), null);
        node.queue.claim(100, LEASE).forEach(claim -> report(claim, failed()));

        assertThat(node.deliveries.retryFailed(tenant, integration, ADMINISTRATOR))
                .as("59 questions, and how the one that was answered ended")
                .isEqualTo(60);
        assertThat(node.deliveries.retryFailed(tenant, integration, ADMINISTRATOR))
                .isZero();
        assertThat(list(in(DeliveryState.PENDING))).hasSize(60);
    }

    @Test
    void theLogIsFiltered() {
        Approval early = ask();
        report(claim(), delivered());
        Instant between = clock.instant().plusSeconds(1);
        clock.turn(Duration.ofSeconds(2));
        Approval late = ask();
        answer(early, null);

        assertThat(list(DeliveryFilter.ALL)).hasSize(3);
        assertThat(list(in(DeliveryState.DELIVERED)))
                .singleElement()
                .satisfies(delivery -> assertThat(delivery.approvalId()).isEqualTo(early.approvalId()));
        assertThat(list(new DeliveryFilter(null, DeliveryKind.RESOLVED, null, null, null)))
                .hasSize(1);
        assertThat(list(new DeliveryFilter(null, null, late.approvalId(), null, null)))
                .hasSize(1);
        assertThat(list(new DeliveryFilter(null, null, null, null, between))).hasSize(1);
        assertThat(list(new DeliveryFilter(null, null, null, between, null))).hasSize(2);
        assertThat(list(new DeliveryFilter(
                        DeliveryState.PENDING, DeliveryKind.REQUESTED, late.approvalId(), between, clock.instant())))
                .isEmpty();
    }

    @Test
    @Promise("Q7")
    void anApprovalThatWasAnsweredBeforeItsQuestionWentOutSaysThatItWasNotSent() {
        Approval approval = ask();
        answer(approval, null);
        assertThat(told(approval)).isEqualTo(DeliveryStatus.NOT_SENT);

        Approval claimed = ask();
        DeliveryClaim untried = claim();
        answer(claimed, null);
        node.queue.withdraw(List.of(untried));
        assertThat(told(claimed)).isEqualTo(DeliveryStatus.NOT_SENT);

        Approval failing = ask();
        DeliveryClaim tried = claim();
        answer(failing, null);
        report(tried, retry());
        assertThat(told(failing)).isEqualTo(DeliveryStatus.NOT_SENT);

        Approval withdrawn = ask();
        done(node.decisions.close(agent, withdrawn.decisionId(), CloseAction.ABORT, null, null));
        assertThat(told(withdrawn)).isEqualTo(DeliveryStatus.NOT_SENT);
    }

    @Test
    @Promise("Q4")
    void anApprovalWhoseWorkerDiedSaysWhatIsKnown() {
        Approval elsewhere = ask();
        claim();
        answer(elsewhere, null);
        clock.turn(Duration.ofMinutes(2));
        assertThat(node.lost.recover(10, claim -> 3)).isEqualTo(1);
        assertThat(told(elsewhere)).isEqualTo(DeliveryStatus.UNKNOWN);

        Approval reached = ask();
        node.queue.claim(10, LEASE);
        answer(reached, "m1");
        assertThat(told(reached)).as("who answers was reached").isEqualTo(DeliveryStatus.DELIVERED);
        clock.turn(Duration.ofMinutes(2));
        assertThat(node.lost.recover(10, claim -> 3)).isPositive();
        assertThat(told(reached)).isEqualTo(DeliveryStatus.DELIVERED);
    }

    @Test
    void anIntegrationThatCarriesNoQuestionsIsNotWaitedFor() {
        database.ownerJdbc()
                .sql("update integration set carries = '{resolved}' where integration_id = ?")
                .param(integration)
                .update();
        Approval approval = ask();
        assertThat(told(approval)).isEqualTo(DeliveryStatus.NOT_SENT);
        assertThat(list(DeliveryFilter.ALL)).isEmpty();
    }

    @Test
    @Promise("Q5")
    void aClockThatIsPutBackKeepsNothingWaiting() {
        ask();
        Approval retried = ask();
        report(node.queue.claim(1, LEASE).getFirst(), retry());
        DeliveryClaim leased = claim();
        clock.turn(Duration.ofHours(-1));
        assertThat(node.queue.claim(10, LEASE)).isEmpty();

        node.lost.bringForward(Duration.ofHours(1), LEASE);

        assertThat(node.queue.claim(10, LEASE)).as("not before its own wait").isEmpty();
        clock.turn(Duration.ofSeconds(6));
        assertThat(node.queue.claim(10, LEASE)).hasSize(1);
        clock.turn(Duration.ofSeconds(56));
        assertThat(node.lost.recover(10, claim -> 3))
                .as("no lease is longer than one")
                .isPositive();
        assertThat(node.queue.report(leased, "webhook", delivered())).isFalse();
        assertThat(told(retried)).isNotEqualTo(DeliveryStatus.DELIVERED);
    }

    @Test
    void ofSeveralThatCreateOneRouteAtOnceOneDoes() throws Exception {
        Route draft = node.draft(tenant, "route_new", false, List.of(), Route.OnExpiry.KEEP);
        List<Callable<Optional<Route>>> many = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            many.add(() -> node.routes.create(draft, "usr_test"));
        }
        int made = 0;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var creation : threads.invokeAll(many)) {
                made += creation.get().isPresent() ? 1 : 0;
            }
        }
        assertThat(made).isEqualTo(1);
        assertThat(node.routes.find(tenant, "route_new").orElseThrow().version())
                .isEqualTo(1);
        assertThat(node.routes.delete(tenant, "route_new")).isTrue();
        assertThat(node.routes.create(draft, "usr_test").orElseThrow().version())
                .as("a deleted route's versions go on counting")
                .isEqualTo(2);
    }
}
