package com.tracemem.delivery.webhook;

import static com.tracemem.delivery.webhook.DeliveryNode.JSON;
import static com.tracemem.delivery.webhook.DeliveryNode.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.tracemem.Promise;
import com.tracemem.approval.Approval;
import com.tracemem.approval.DeliveryClaim;
import com.tracemem.delivery.DeliverySettings;
import com.tracemem.delivery.Receiver;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.identity.TurnableClock;
import com.tracemem.store.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the queue and its workers promise, seen from the endpoint and from the database. */
class DeliveryPromisesTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration LEASE = Duration.ofMinutes(1);

    private final TestDatabase database = TestDatabase.create(16);
    private final TurnableClock clock = new TurnableClock();
    private final CountDownLatch goOn = new CountDownLatch(1);
    private DeliveryNode node;
    private Receiver receiver;
    private String tenant;
    private AgentPrincipal agent;
    private WebhookIntegrations.Created webhook;

    @BeforeEach
    void open() throws Exception {
        node = new DeliveryNode(database, "one", clock);
        receiver = new Receiver();
        tenant = node.core.tenant();
        agent = node.core.agent(tenant, "agent");
        webhook = node.webhook(tenant, "hook", receiver);
    }

    @AfterEach
    void close() throws Exception {
        goOn.countDown();
        receiver.close();
        node.close();
        database.close();
    }

    private void hang() {
        receiver.answer(exchange -> {
            try {
                exchange.sendResponseHeaders(goOn.await(60, TimeUnit.SECONDS) ? 200 : 500, -1);
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private long count(String sql) {
        return database.ownerJdbc().sql(sql).query(Long.class).single();
    }

    private void awaitDelivery(Approval approval, String kind, String status) {
        await().atMost(LONG).until(() -> node.deliveryStatus(approval.approvalId(), kind), status::equals);
    }

    @Test
    @Promise("Q1")
    void approvalEventAndMessageAreOneTransaction() {
        Approval approval = node.ask(agent, "hook");
        List<String> transactions = database.ownerJdbc()
                .sql("""
                        select xmin::text from approval where approval_id = :id
                        union select xmin::text from delivery where approval_id = :id
                        union select xmin::text from event
                            where decision_id = :decision and type = 'approval_requested'""")
                .param("id", approval.approvalId())
                .param("decision", approval.decisionId())
                .query((row, n) -> row.getString(1))
                .list();
        assertThat(transactions)
                .as("the transaction that wrote each of the three")
                .hasSize(1);
    }

    @Test
    @Promise("Q2")
    void workersShareTheQueueWithoutWaitingForEachOther() throws Exception {
        for (int i = 0; i < 60; i++) {
            node.ask(agent, "hook");
        }
        List<Callable<List<DeliveryClaim>>> claims = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            claims.add(() -> node.core.queue.claim(10, LEASE));
        }
        List<String> claimed = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var taken : threads.invokeAll(claims)) {
                taken.get().forEach(claim -> claimed.add(claim.deliveryId()));
            }
        }
        node.core.queue.claim(60, LEASE).forEach(claim -> claimed.add(claim.deliveryId()));
        assertThat(claimed).hasSize(60).doesNotHaveDuplicates();
    }

    @Test
    @Promise({"Q2", "Q3"})
    void theAttemptIsCountedAndNoTransactionIsOpenWhileTheEndpointIsAsked() throws Exception {
        hang();
        node.work();
        Approval approval = node.ask(agent, "hook");
        receiver.next();
        assertThat(count("select count(*) from delivery where status = 'sending' and attempts = 1"))
                .isEqualTo(1);
        assertThat(node.core
                        .jdbc
                        .sql("select lease_until from delivery where approval_id = ?")
                        .param(approval.approvalId())
                        .query((row, n) -> row.getTimestamp(1).toInstant())
                        .single())
                .isAfterOrEqualTo(clock.instant()
                        .plus(DeliverySettings.DEFAULT.longestSend().multipliedBy(2)));
        assertThat(count("""
                        select count(*) from pg_stat_activity where datname = current_database()
                            and state = 'idle in transaction' and xact_start < now() - interval '1 second'""")).isZero();
        assertThat(count("select count(*) from pg_locks where locktype = 'relation' and relation = 'delivery'::regclass"
                        + " and mode = 'RowExclusiveLock'"))
                .as("nobody holds a row of the queue")
                .isZero();
        goOn.countDown();
        awaitDelivery(approval, "requested", "delivered");
    }

    @Test
    @Promise("Q5")
    void aNewMessageGoesOutAtOnceAndWithoutASignalAtTheNextLook() throws Exception {
        node.work(DeliverySettings.DEFAULT.withPoll(Duration.ofHours(1)));
        Approval approval = node.ask(agent, "hook");
        assertThat(receiver.next().body()).as("nobody polls for an hour").contains(approval.approvalId());
        awaitDelivery(approval, "requested", "delivered");
        node.stopWorking();

        node.work(DeliverySettings.DEFAULT.withPoll(Duration.ofMillis(50)));
        database.ownerJdbc()
                .sql("update delivery set status = 'pending', attempts = 0, finished_at = null where approval_id = ?")
                .param(approval.approvalId())
                .update();
        assertThat(receiver.next().body()).as("nobody signals").contains(approval.approvalId());
    }

    @Test
    @Promise("Q6")
    void tenantsTakeTurns() throws Exception {
        String small = node.core.tenant();
        AgentPrincipal modest = node.core.agent(small, "modest");
        node.webhook(small, "hook", receiver);
        for (int i = 0; i < 30; i++) {
            node.ask(agent, "hook");
        }
        Approval theirs = node.ask(modest, "hook");
        node.work(new DeliverySettings(
                100,
                1,
                1,
                Duration.ofSeconds(60),
                Duration.ofSeconds(30),
                Duration.ofMillis(50),
                Duration.ofSeconds(1)));
        int before = 0;
        while (!receiver.next().body().contains(theirs.approvalId())) {
            before++;
        }
        assertThat(before)
                .as("messages of the large tenant before the small one's")
                .isLessThan(5);
    }

    @Test
    @Promise("Q7")
    void theOutcomeNeverOvertakesTheQuestion() throws Exception {
        hang();
        node.work();
        Approval approval = node.ask(agent, "hook");
        assertThat(JSON.readTree(receiver.next().body()).path("type").asString())
                .isEqualTo("approval.requested");
        assertThat(node.call(webhook, "m1", answer(approval.approvalId(), "approved", null))
                        .status())
                .isEqualTo(200);
        Approval other = node.ask(agent, "hook");
        assertThat(receiver.next().body()).as("others pass").contains(other.approvalId());
        assertThat(node.deliveryStatus(approval.approvalId(), "resolved")).isEqualTo("pending");
        goOn.countDown();
        assertThat(JSON.readTree(receiver.next().body()).path("type").asString())
                .isEqualTo("approval.resolved");
    }

    @Test
    @Promise("Q8")
    void retryAfterIsHonouredBetweenOnceAndTwiceTheStep() throws Exception {
        receiver.answer(exchange -> {
            exchange.getResponseHeaders().add("Retry-After", "8");
            exchange.sendResponseHeaders(429, -1);
        });
        node.work();
        Approval approval = node.ask(agent, "hook");
        receiver.next();
        awaitDelivery(approval, "requested", "pending");
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(node.core
                                .jdbc
                                .sql("select next_attempt_at from delivery where approval_id = ? and attempts = 1")
                                .param(approval.approvalId())
                                .query((row, n) -> row.getTimestamp(1).toInstant())
                                .single())
                        .isEqualTo(clock.instant().plusSeconds(8)));
    }

    @Test
    @Promise("W2")
    void onlySuccessIsSuccessAndWhatIsOverloadedIsGivenTime() throws Exception {
        for (int status : new int[] {301, 404, 429, 500, 502, 503, 504}) {
            receiver.answer(Receiver.answering(status));
            node.stopWorking();
            node.work();
            Approval approval = node.ask(agent, "hook");
            receiver.next();
            await().atMost(LONG).until(() -> count("select count(*) from delivery where status = 'sending'") == 0);
            assertThat(node.deliveryStatus(approval.approvalId(), "requested"))
                    .as("%d", status)
                    .isEqualTo("pending");
        }
        receiver.answer(Receiver.answering(204));
        awaitDelivery(node.ask(agent, "hook"), "requested", "delivered");
    }

    @Test
    @Promise("Q5")
    void aClockThatJumpsLosesAndDoublesNothing() throws Exception {
        Approval written = node.ask(agent, "hook");
        clock.turn(Duration.ofMinutes(-20));
        node.work();
        assertThat(receiver.next().body()).as("not twenty minutes later").contains(written.approvalId());
        awaitDelivery(written, "requested", "delivered");

        hang();
        Approval forward = node.ask(agent, "hook");
        Receiver.Received first = receiver.next();
        clock.turn(Duration.ofMinutes(10));
        Receiver.Received second = receiver.next();
        assertThat(second.header("webhook-id"))
                .as("its lease seemed to be over, so it was sent again under the same id")
                .isEqualTo(first.header("webhook-id"));
        goOn.countDown();
        awaitDelivery(forward, "requested", "delivered");
        assertThat(count("select count(*) from delivery where kind = 'requested'"))
                .isEqualTo(2);
    }
}
