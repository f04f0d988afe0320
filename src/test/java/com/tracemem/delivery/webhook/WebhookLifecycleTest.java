package com.tracemem.delivery.webhook;

import static com.tracemem.delivery.webhook.DeliveryNode.ADMINISTRATOR;
import static com.tracemem.delivery.webhook.DeliveryNode.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.tracemem.Promise;
import com.tracemem.approval.Approval;
import com.tracemem.delivery.IntegrationTransition;
import com.tracemem.delivery.IntegrationView;
import com.tracemem.delivery.Receiver;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.identity.TurnableClock;
import com.tracemem.store.PageRequest;
import com.tracemem.store.TestDatabase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of an integration, how that is told, and the further secrets of its callbacks. */
class WebhookLifecycleTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final TestDatabase database = TestDatabase.create(16);
    private final TurnableClock clock = new TurnableClock();
    private DeliveryNode node;
    private Receiver receiver;
    private String tenant;
    private AgentPrincipal agent;
    private WebhookIntegrations.Created webhook;
    private String id;

    @BeforeEach
    void open() throws Exception {
        node = new DeliveryNode(database, "one", clock);
        receiver = new Receiver();
        tenant = node.core.tenant();
        agent = node.core.agent(tenant, "agent");
        webhook = node.webhook(tenant, "hook", receiver);
        id = webhook.integration().integrationId();
    }

    @AfterEach
    void close() throws Exception {
        receiver.close();
        node.close();
        database.close();
    }

    private IntegrationView shown() {
        return node.integrations.find(tenant, id).orElseThrow();
    }

    private void awaitStatus(String status) {
        await().atMost(LONG).until(() -> shown().status(), status::equals);
    }

    private List<String> transitions() {
        return node.lifecycle.transitions(tenant, id, new PageRequest(50, null)).items().reversed().stream()
                .map(move -> move.from() + " " + move.to() + " " + move.by().id())
                .toList();
    }

    @Test
    @Promise("Q9")
    void everyChangeOfStatusIsKeptWithItsReasonAndItsTime() throws Exception {
        node.work();
        receiver.answer(Receiver.answering(401));
        node.ask(agent, "hook");
        awaitStatus("error");
        assertThat(shown().health().statusReason()).contains("401").contains("outgoing secret");
        assertThat(shown().health().cure()).contains("retry-failed");
        assertThat(shown().health().statusSince()).isEqualTo(clock.instant());

        receiver.answer(Receiver.answering(200));
        node.ask(agent, "hook");
        awaitStatus("enabled");
        assertThat(shown().health().statusReason()).isNull();
        assertThat(shown().health().cure()).isNull();
        node.lifecycle.disable(tenant, id, ADMINISTRATOR);
        node.lifecycle.disable(tenant, id, ADMINISTRATOR);
        node.lifecycle.enable(tenant, id, ADMINISTRATOR);
        receiver.answer(Receiver.answering(410));
        node.ask(agent, "hook");
        awaitStatus("disabled");
        assertThat(shown().health().statusReason()).contains("gone for good");
        node.webhooks.change(tenant, id, ADMINISTRATOR, new WebhookInput("renamed", null, null, null, null));

        assertThat(transitions())
                .containsExactly(
                        "configured error delivery",
                        "error enabled delivery",
                        "enabled disabled usr_ada",
                        "disabled enabled usr_ada",
                        "enabled disabled delivery");
        List<IntegrationTransition> newest =
                node.lifecycle.transitions(tenant, id, new PageRequest(1, null)).items();
        assertThat(newest).singleElement().satisfies(move -> {
            assertThat(move.reason()).contains("410");
            assertThat(move.at()).isEqualTo(clock.instant());
        });
        assertThatThrownBy(() -> database.jdbc()
                        .sql("delete from integration_transition")
                        .update())
                .as("the server's role cannot change what happened")
                .isInstanceOf(RuntimeException.class);
    }

    @Test
    @Promise("Q9")
    void theNumbersOfTheLastDayAreShown() throws Exception {
        node.work();
        for (int i = 0; i < 3; i++) {
            node.ask(agent, "hook");
            receiver.next();
        }
        await().atMost(LONG).until(() -> shown().health().attempts(), attempts -> attempts == 3);
        receiver.answer(Receiver.answering(503));
        Approval waiting = node.ask(agent, "hook");
        receiver.next();
        await().atMost(LONG).until(() -> shown().health().attempts(), attempts -> attempts == 4);
        IntegrationView.Health health = shown().health();
        assertThat(health.successRate()).isEqualTo(0.75);
        assertThat(health.latencyP50Ms()).isBetween(1, 5_000);
        assertThat(health.latencyP99Ms()).isGreaterThanOrEqualTo(health.latencyP50Ms());
        assertThat(health.lastSuccessAt()).isNotNull();
        await().atMost(LONG)
                .untilAsserted(
                        () -> assertThat(shown().health().oldestWaitingSince()).isEqualTo(waiting.requestedAt()));
    }

    @Test
    @Promise("W6")
    void aCredentialSignsAnswersUntilItExpiresOrIsDeleted() throws Exception {
        Approval first = node.ask(agent, "hook");
        var pager = node.credentials.create(tenant, "pager", Duration.ofHours(1), "usr_ada");
        assertThat(node.call(id, pager.secret(), "m1", clock.instant(), answer(first.approvalId(), "approved", null))
                        .status())
                .isEqualTo(200);
        Approval second = node.ask(agent, "hook");
        String said = answer(second.approvalId(), "approved", null);
        clock.turn(Duration.ofMinutes(59));
        clock.turn(Duration.ofMinutes(1));
        assertThat(node.call(id, pager.secret(), "m2", clock.instant(), said).status())
                .as("it has expired")
                .isEqualTo(401);
        var lasting = node.credentials.create(tenant, "pager", null, "usr_ada");
        assertThat(node.credentials.delete(tenant, lasting.credential().credentialId()))
                .isTrue();
        assertThat(node.call(id, lasting.secret(), "m3", clock.instant(), said).status())
                .as("it was deleted")
                .isEqualTo(401);
        String other = node.core.tenant();
        var foreign = node.credentials.create(other, "pager", null, "usr_eve");
        assertThat(node.call(id, foreign.secret(), "m4", clock.instant(), said).status())
                .as("it is another tenant's")
                .isEqualTo(401);
    }
}
