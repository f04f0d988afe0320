package com.tracemem.delivery.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.tracemem.Promise;
import com.tracemem.delivery.DeleteOutcome;
import com.tracemem.delivery.IntegrationView;
import com.tracemem.delivery.Receiver;
import com.tracemem.delivery.TestReport;
import com.tracemem.identity.FieldError;
import com.tracemem.identity.InvalidInput;
import com.tracemem.identity.TurnableClock;
import com.tracemem.secret.SecretValue;
import com.tracemem.store.PageRequest;
import com.tracemem.store.TestDatabase;
import java.sql.Connection;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookIntegrationsTest {
    private final TestDatabase database = TestDatabase.create();
    private final TurnableClock clock = new TurnableClock();
    private DeliveryNode node;
    private Receiver receiver;
    private String tenant;

    @BeforeEach
    void open() throws Exception {
        node = new DeliveryNode(database, "one", clock);
        receiver = new Receiver();
        tenant = node.core.tenant();
    }

    @AfterEach
    void close() throws Exception {
        receiver.close();
        node.close();
        database.close();
    }

    private static WebhookInput input(@Nullable String url) {
        return new WebhookInput("hook", url, null, null, null);
    }

    private List<String> wrongFields(WebhookInput input) {
        InvalidInput refused = catchThrowableOfType(InvalidInput.class, () -> node.webhooks.create(tenant, input));
        return refused.errors().stream().map(FieldError::field).toList();
    }

    @Test
    void looksAtANewAddressBeforeTheIntegrationIsLocked() throws Exception {
        String id = node.webhooks
                .create(tenant, input(receiver.url()))
                .integration()
                .integrationId();
        try (Connection locker = database.dataSource().getConnection();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            locker.setAutoCommit(false);
            try (var lock = locker.prepareStatement("select 1 from integration where integration_id = ? for update")) {
                lock.setString(1, id);
                assertThat(lock.executeQuery().next()).isTrue();
            }
            Future<InvalidInput> refused = threads.submit(() -> catchThrowableOfType(
                    InvalidInput.class,
                    () -> node.webhooks.change(
                            tenant,
                            id,
                            DeliveryNode.ADMINISTRATOR,
                            new WebhookInput("", "https://169.254.169.254/", null, 1, null))));
            try {
                assertThat(refused.get(10, TimeUnit.SECONDS).errors())
                        .extracting(FieldError::field)
                        .containsExactlyInAnyOrder("url", "name", "timeout_ms");
            } finally {
                locker.rollback();
            }
        }
        assertThat(node.webhooks.change(
                        tenant, "int_unknown", DeliveryNode.ADMINISTRATOR, input("https://169.254.169.254/")))
                .isEmpty();
    }

    @Test
    void hasDefaultsAndShowsItsSecretsOnce() {
        var created = node.webhooks.create(tenant, input(receiver.url()));
        IntegrationView view = created.integration();
        assertThat(view.status()).isEqualTo("configured");
        assertThat(view.config().toString())
                .isEqualTo(("{\"url\":\"%s\",\"events\":[\"approval.requested\",\"approval.resolved\"],"
                                + "\"timeout_ms\":5000,\"max_retries\":3}")
                        .formatted(receiver.url()));
        assertThat(DeliveryNode.reveal(created.outgoingSecret())).startsWith("whsec_");
        assertThat(created.outgoingSecret()).isNotEqualTo(created.incomingSecret());
        String shown = DeliveryNode.JSON.writeValueAsString(
                node.integrations.find(tenant, view.integrationId()).orElseThrow());
        assertThat(shown)
                .contains("\"incoming_secret\":{\"stored\":true}", "\"outgoing_secret\":{\"stored\":true}")
                .doesNotContain("whsec_");
        assertThat(node.integrations.find(node.core.tenant(), view.integrationId()))
                .isEmpty();
        assertThat(node.integrations
                        .list(tenant, new PageRequest(1, null))
                        .items()
                        .getFirst()
                        .integrationId())
                .isNotEmpty();
    }

    @Test
    void saysEverythingThatIsWrongAtOnce() {
        assertThat(wrongFields(new WebhookInput(" ", "nonsense", List.of("approval.maybe"), 999, 21)))
                .containsExactlyInAnyOrder("name", "url", "events[0]", "timeout_ms", "max_retries");
        assertThat(wrongFields(new WebhookInput(null, null, List.of(), 30_001, -1)))
                .containsExactlyInAnyOrder("name", "url", "events", "timeout_ms", "max_retries");
        node.webhooks.create(tenant, input(receiver.url()));
        assertThat(wrongFields(input(receiver.url()))).containsExactly("name");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hooks.example.com/x",
                "ftp://example.com/x",
                "https://user:pass@1.1.1.1/x",
                "https://user@1.1.1.1/x",
                "https://1.1.1.1/x#part",
                "https://1.1.1.1/a b",
                "https://1.1.1.1/\nx",
                "http://1.1.1.1/x",
                "https://10.0.0.1/x",
                "http://10.0.0.1/x",
                "https://169.254.169.254/latest",
                "https://[::1]/x",
                "https://[::ffff:10.0.0.1]/x",
                "https://2130706434/x",
                "https://127.0.0.2/x"
            })
    @Promise("W5")
    void refusesUrlsThatCannotOrMayNotBeCalled(String url) {
        assertThat(wrongFields(input(url))).as(url).containsOnly("url");
    }

    @Test
    void aTestSendsASignedEventAndEnables() throws Exception {
        var created = node.webhooks.create(tenant, input(receiver.url()));
        String id = created.integration().integrationId();
        TestReport report =
                node.lifecycle.test(tenant, id, DeliveryNode.ADMINISTRATOR).orElseThrow();
        assertThat(report.ok()).isTrue();
        assertThat(report.steps())
                .extracting(TestReport.Step::name)
                .containsExactly("connectivity", "credential", "delivery", "end_to_end");
        Receiver.Received event = receiver.next();
        assertThat(event.body()).contains("\"type\":\"webhook.test\"");
        assertThat(WebhookSignature.verifies(
                        List.of(created.outgoingSecret()),
                        String.valueOf(event.header("webhook-id")),
                        String.valueOf(event.header("webhook-timestamp")),
                        String.valueOf(event.header("webhook-signature")),
                        event.body(),
                        clock.instant()))
                .isTrue();
        assertThat(node.integrations.find(tenant, id).orElseThrow().status()).isEqualTo("enabled");
        receiver.answer(Receiver.answering(403));
        TestReport refused =
                node.lifecycle.test(tenant, id, DeliveryNode.ADMINISTRATOR).orElseThrow();
        assertThat(refused.ok()).isFalse();
        assertThat(refused.steps()).extracting(TestReport.Step::ok).containsExactly(true, false, false, false);
        receiver.close();
        assertThat(node.lifecycle
                        .test(tenant, id, DeliveryNode.ADMINISTRATOR)
                        .orElseThrow()
                        .steps()
                        .getFirst()
                        .ok())
                .isFalse();
        assertThat(node.lifecycle.test(node.core.tenant(), id, DeliveryNode.ADMINISTRATOR))
                .isEmpty();
    }

    @Test
    void otherSettingsHaveToBeVerifiedAgain() {
        String id = node.webhooks
                .create(tenant, input(receiver.url()))
                .integration()
                .integrationId();
        assertThat(node.lifecycle
                        .test(tenant, id, DeliveryNode.ADMINISTRATOR)
                        .orElseThrow()
                        .ok())
                .isTrue();
        IntegrationView renamed = node.webhooks
                .change(tenant, id, DeliveryNode.ADMINISTRATOR, new WebhookInput("renamed", null, null, null, null))
                .orElseThrow();
        assertThat(renamed.status()).isEqualTo("enabled");
        assertThat(renamed.name()).isEqualTo("renamed");
        IntegrationView changed = node.webhooks
                .change(
                        tenant,
                        id,
                        DeliveryNode.ADMINISTRATOR,
                        new WebhookInput(null, null, List.of("approval.requested"), 2000, null))
                .orElseThrow();
        assertThat(changed.status()).isEqualTo("configured");
        assertThat(changed.config().path("timeout_ms").asInt()).isEqualTo(2000);
        assertThat(changed.config().path("url").asString()).isEqualTo(receiver.url());
        assertThatThrownBy(() -> node.webhooks.change(
                        tenant,
                        id,
                        DeliveryNode.ADMINISTRATOR,
                        new WebhookInput(null, "https://10.0.0.1/", null, 1, null)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("timeout_ms")
                .hasMessageContaining("TRACEMEM_OUTBOUND_ALLOW");
        assertThat(node.webhooks.change(
                        node.core.tenant(),
                        id,
                        DeliveryNode.ADMINISTRATOR,
                        new WebhookInput("x", null, null, null, null)))
                .isEmpty();
    }

    @Test
    void isNotDeletedWhileARouteUsesIt() {
        var created = node.webhook(tenant, "hook", receiver);
        String id = created.integration().integrationId();
        assertThat(node.integrations.delete(tenant, id)).isEqualTo(new DeleteOutcome.InUse(List.of("hook")));
        node.core.routes.delete(tenant, "hook");
        assertThat(node.integrations.delete(node.core.tenant(), id)).isEqualTo(new DeleteOutcome.NotFound());
        assertThat(node.integrations.delete(tenant, id)).isEqualTo(new DeleteOutcome.Deleted());
        assertThat(node.integrations.find(tenant, id)).isEmpty();
        assertThat(node.core
                        .jdbc
                        .sql("select count(*) from secret where owner_id = ?")
                        .param(id)
                        .query(Integer.class)
                        .single())
                .isZero();
        assertThat(node.webhooks
                        .create(tenant, input(receiver.url()))
                        .integration()
                        .name())
                .isEqualTo("hook");
    }

    @Test
    void rotatesToAGeneratedOrAGivenSecret() {
        var created = node.webhooks.create(tenant, input(receiver.url()));
        String id = created.integration().integrationId();
        Map<String, SecretValue> both = node.webhooks
                .rotate(tenant, id, Map.of(), WebhookIntegrations.DEFAULT_GRACE)
                .orElseThrow();
        assertThat(both).containsOnlyKeys("outgoing_secret", "incoming_secret");
        assertThat(both).doesNotContainValue(created.outgoingSecret());
        Map<String, @Nullable String> wrong = new HashMap<>();
        wrong.put("incoming_secret", "whsec_short");
        wrong.put("password", "x");
        assertThatThrownBy(() -> node.webhooks.rotate(tenant, id, wrong, Duration.ofDays(31)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("incoming_secret")
                .hasMessageContaining("password")
                .hasMessageContaining("grace_seconds")
                .hasMessageNotContaining("whsec_short");
        assertThatThrownBy(() -> node.webhooks.rotate(
                        tenant,
                        id,
                        Map.of("incoming_secret", DeliveryNode.reveal(created.outgoingSecret())),
                        Duration.ZERO))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("give each its own");
        assertThat(node.webhooks.rotate(node.core.tenant(), id, Map.of(), Duration.ZERO))
                .isEmpty();
    }
}
