package com.tracemem.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tracemem.store.Page;
import com.tracemem.store.PageRequest;
import com.tracemem.store.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AgentsTest {
    private final TestDatabase database = TestDatabase.create();
    private final TurnableClock clock = new TurnableClock();
    private Node node;
    private String tenant;
    private String stranger;

    @BeforeEach
    void start() throws InterruptedException {
        node = new Node(database, "one", clock);
        tenant = node.tenants.create("Acme").tenantId();
        stranger = node.tenants.create("Other").tenantId();
    }

    @AfterEach
    void stop() {
        node.close();
        database.close();
    }

    private Agent create(String name) {
        return node.agents.create(tenant, name, "sets prices", AgentPermissions.everything());
    }

    @Test
    void createsFindsAndChanges() {
        Agent agent = create("pricing");
        assertThat(agent.description()).contains("sets prices");
        assertThat(node.agents.find(tenant, agent.agentId())).contains(agent);

        AgentPermissions fewer = new AgentPermissions(
                true,
                List.of(new ProductPermission("orders_read", List.of("renewal"))),
                List.of("discount"),
                List.of("route_a"));
        Agent changed = node.agents
                .update(
                        tenant,
                        agent.agentId(),
                        new AgentUpdate(
                                Optional.of("prices"),
                                Optional.of(""),
                                Optional.of(Agent.Status.DISABLED),
                                Optional.of(fewer)))
                .orElseThrow();

        assertThat(changed.name()).isEqualTo("prices");
        assertThat(changed.description()).isEmpty();
        assertThat(changed.status()).isEqualTo(Agent.Status.DISABLED);
        assertThat(changed.permissions()).isEqualTo(fewer);
        assertThat(node.agents.update(tenant, agent.agentId(), AgentUpdate.none()))
                .contains(changed);
    }

    @Test
    void anotherTenantsAgentDoesNotExist() {
        Agent agent = create("pricing");

        assertThat(node.agents.find(stranger, agent.agentId())).isEmpty();
        assertThat(node.agents.update(stranger, agent.agentId(), AgentUpdate.none()))
                .isEmpty();
        assertThat(node.agents.delete(stranger, agent.agentId())).isFalse();
        assertThat(node.agents.list(stranger, PageRequest.of(null, null, 1)).items())
                .isEmpty();
        assertThat(node.agents.find(tenant, agent.agentId())).contains(agent);
    }

    @Test
    void aDeletedAgentIsGoneAndItsNameFree() {
        Agent agent = create("pricing");

        assertThat(node.agents.delete(tenant, agent.agentId())).isTrue();

        assertThat(node.agents.delete(tenant, agent.agentId())).isFalse();
        assertThat(node.agents.find(tenant, agent.agentId())).isEmpty();
        assertThat(node.agents.update(tenant, agent.agentId(), AgentUpdate.none()))
                .isEmpty();
        assertThat(create("pricing").agentId()).isNotEqualTo(agent.agentId());
    }

    @Test
    void namesAreOfOneAgentOfATenant() {
        Agent first = create("pricing");
        Agent second = create("shipping");
        node.agents.create(stranger, "pricing", null, AgentPermissions.none());

        assertThatThrownBy(() -> create("pricing"))
                .isInstanceOfSatisfying(
                        InvalidInput.class,
                        refused -> assertThat(refused.errors())
                                .extracting(FieldError::field)
                                .containsExactly("name"));
        assertThatThrownBy(() -> node.agents.update(
                        tenant, second.agentId(), AgentUpdate.none().withName("pricing")))
                .isInstanceOf(InvalidInput.class);
        assertThat(node.agents.find(tenant, first.agentId())).contains(first);
    }

    @Test
    void namesEveryMistakeAtOnce() {
        assertThatThrownBy(() -> node.agents.create(tenant, " ", "x".repeat(2001), AgentPermissions.none()))
                .isInstanceOfSatisfying(
                        InvalidInput.class,
                        refused -> assertThat(refused.errors())
                                .extracting(FieldError::field)
                                .containsExactly("name", "description"));
    }

    @Test
    void listsPagesNewestFirst() {
        List<String> created = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            created.addFirst(create("agent " + i).agentId());
        }

        List<String> listed = new ArrayList<>();
        String cursor = null;
        do {
            Page<Agent> page = node.agents.list(tenant, PageRequest.of(3, cursor, 1));
            page.items().forEach(agent -> listed.add(agent.agentId()));
            cursor = page.nextCursor();
        } while (cursor != null);

        assertThat(listed).isEqualTo(created);
    }
}
