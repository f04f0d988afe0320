package com.tracemem.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.tracemem.store.PageRequest;
import com.tracemem.store.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AgentKeysTest {
    private final TestDatabase database = TestDatabase.create();
    private final TurnableClock clock = new TurnableClock();
    private Node node;
    private String tenant;
    private Agent agent;

    @BeforeEach
    void start() throws InterruptedException {
        node = new Node(database, "one", clock);
        tenant = node.tenants.create("Acme").tenantId();
        agent = node.agents.create(tenant, "pricing", null, AgentPermissions.everything());
    }

    @AfterEach
    void stop() {
        node.close();
        database.close();
    }

    private NewAgentKey key(Instant expiresAt) {
        return node.keys.create(tenant, agent.agentId(), "ci", expiresAt).orElseThrow();
    }

    private NewAgentKey key() {
        return key(clock.instant().plus(Duration.ofDays(365)));
    }

    @Test
    void findsTheAgentBehindAKey() {
        NewAgentKey key = key();

        assertThat(node.keys.authenticate(key.apiKey()))
                .contains(new AgentPrincipal(
                        tenant, agent.agentId(), "pricing", key.key().keyId(), AgentPermissions.everything()));
        assertThat(key.apiKey()).matches("tm_[0-9A-Za-z]{8}_[0-9A-Za-z]{43}");
        assertThat(key.apiKey()).startsWith(key.key().prefix() + "_");
    }

    @Test
    void keepsOnlyTheHash() {
        NewAgentKey key = key();

        assertThat(key.toString()).doesNotContain(key.apiKey());
        String row = database.jdbc()
                .sql("select k::text from agent_key k")
                .query(String.class)
                .single();
        assertThat(row).doesNotContain(key.apiKey().substring(12));
    }

    @Test
    void refusesWhatIsNoKey() {
        String right = key().apiKey();
        String last = right.endsWith("A") ? "B" : "A";
        for (String presented : List.of(
                "",
                "tm_",
                "tm_short_short",
                right + "!",
                " " + right,
                right.replace("tm_", "xx_"),
                right.substring(0, right.length() - 1) + last,
                right.substring(0, 40),
                right + "A",
                "tm_ünïcödé_" + "a".repeat(43),
                "a".repeat(1_000_000))) {
            assertThat(node.keys.authenticate(presented)).isEmpty();
        }
        assertThat(node.keys.authenticate(null)).isEmpty();
        assertThat(node.keys.authenticate(right)).isPresent();
    }

    @Test
    void malformedKeysDoNotReachTheDatabase() {
        database.close();

        assertThat(node.keys.authenticate("tm_guess")).isEmpty();
    }

    @Test
    void expiresToTheMoment() {
        NewAgentKey key = key(clock.instant().plusSeconds(60));
        assertThat(node.keys.authenticate(key.apiKey())).isPresent();

        clock.turn(Duration.ofSeconds(60));

        assertThat(node.keys.authenticate(key.apiKey())).isEmpty();
    }

    @Test
    void revokingWorksAtOnceAndOnce() {
        NewAgentKey key = key();
        NewAgentKey other = key();
        assertThat(node.keys.authenticate(key.apiKey())).isPresent();
        String keyId = key.key().keyId();

        AgentKey revoked = node.keys.revoke(tenant, agent.agentId(), keyId).orElseThrow();
        assertThat(node.keys.authenticate(key.apiKey())).isEmpty();
        assertThat(node.keys.authenticate(other.apiKey())).isPresent();

        clock.turn(Duration.ofHours(1));
        assertThat(node.keys
                        .revoke(tenant, agent.agentId(), keyId)
                        .orElseThrow()
                        .revokedAt())
                .isEqualTo(revoked.revokedAt());
        assertThat(node.keys.revoke(tenant, agent.agentId(), "key_unknown")).isEmpty();
    }

    @Test
    void changesOfTheAgentWorkAtOnce() {
        String key = key().apiKey();
        assertThat(node.keys.authenticate(key)).isPresent();

        node.agents.update(tenant, agent.agentId(), AgentUpdate.none().withStatus(Agent.Status.DISABLED));
        assertThat(node.keys.authenticate(key)).isEmpty();

        node.agents.update(tenant, agent.agentId(), AgentUpdate.none().withStatus(Agent.Status.ACTIVE));
        assertThat(node.keys.authenticate(key)).isPresent();

        node.agents.update(tenant, agent.agentId(), AgentUpdate.none().withPermissions(AgentPermissions.none()));
        assertThat(node.keys.authenticate(key).orElseThrow().permissions()).isEqualTo(AgentPermissions.none());

        node.agents.delete(tenant, agent.agentId());
        assertThat(node.keys.authenticate(key)).isEmpty();
    }

    @Test
    void aChangeOnAnotherNodeArrives() throws InterruptedException {
        try (Node other = new Node(database, "two", clock)) {
            NewAgentKey key = key();
            assertThat(other.keys.authenticate(key.apiKey())).isPresent();
            long before = other.generation();

            node.keys.revoke(tenant, agent.agentId(), key.key().keyId());

            await().atMost(Duration.ofSeconds(10)).until(() -> other.generation() > before);
            assertThat(other.keys.authenticate(key.apiKey())).isEmpty();
        }
    }

    @Test
    void aChangeThatIsNotSignalledIsFoundAfterTwoSeconds() {
        NewAgentKey key = key();
        assertThat(node.keys.authenticate(key.apiKey())).isPresent();

        database.jdbc().sql("update agent_key set revoked_at = now()").update();

        assertThat(node.keys.authenticate(key.apiKey())).isPresent();
        await().atMost(Duration.ofSeconds(10))
                .until(() -> node.keys.authenticate(key.apiKey()).isEmpty());
    }

    @Test
    void writesTheLastUseAtMostOnceAMinute() {
        NewAgentKey key = key();
        Instant first = clock.instant();
        node.keys.authenticate(key.apiKey());
        await().atMost(Duration.ofSeconds(10)).until(() -> lastUsed().equals(Optional.of(first)));

        clock.turn(Duration.ofSeconds(30));
        touch(key);
        clock.turn(Duration.ofSeconds(40));
        Instant second = clock.instant();
        touch(key);

        await().atMost(Duration.ofSeconds(10)).until(() -> lastUsed().equals(Optional.of(second)));
    }

    /** Makes the node forget what it knows, so that the next use is looked up. */
    private void touch(NewAgentKey key) {
        node.agents.update(tenant, agent.agentId(), AgentUpdate.none().withName("pricing"));
        assertThat(node.keys.authenticate(key.apiKey())).isPresent();
    }

    private Optional<Instant> lastUsed() {
        return node.keys
                .list(tenant, agent.agentId(), PageRequest.of(null, null, 1))
                .items()
                .getFirst()
                .lastUsedAt();
    }

    @Test
    void refusesAnExpiryInThePastAndUnknownAgents() {
        assertThatThrownBy(() -> key(clock.instant()))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("expires_at");
        assertThat(node.keys.create(tenant, "agent_unknown", null, null)).isEmpty();
        String stranger = node.tenants.create("Other").tenantId();
        assertThat(node.keys.create(stranger, agent.agentId(), null, null)).isEmpty();
        String keyId = key().key().keyId();
        assertThat(node.keys.revoke(stranger, agent.agentId(), keyId)).isEmpty();
        assertThat(node.keys
                        .list(stranger, agent.agentId(), PageRequest.of(null, null, 1))
                        .items())
                .isEmpty();
    }
}
