package com.tracemem.decision;

import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.approval.CoreNode;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.policy.DecisionFacts;
import com.tracemem.policy.Examples;
import com.tracemem.store.TestDatabase;
import java.time.Clock;
import org.junit.jupiter.api.Test;

class KnownDecisionsTest {
    @Test
    void factsAreReadOnceAndBoundedByWhatTheyTake() throws InterruptedException {
        try (CoreNode node = new CoreNode(TestDatabase.create(), "node-known", Clock.systemUTC())) {
            String tenant = node.tenant();
            AgentPrincipal agent = node.agent(tenant, "agent");
            Decision decision = CoreNode.done(node.decisions.create(
                    agent,
                    new NewDecision(
                            "refund",
                            AutomationMode.PROPOSE,
                            null,
                            null,
                            null,
                            Examples.json("{'note': '" + "x".repeat(50_000) + "'}"),
                            null)));
            DecisionFacts facts = node.known.facts(agent, decision.key()).orElseThrow();
            assertThat(node.known.facts(agent, decision.key())).containsSame(facts);
            assertThat(facts.bytes()).isBetween(100_000, 110_000);
            assertThat(node.known.facts(node.agent(tenant, "another"), decision.key()))
                    .isEmpty();
        }
    }
}
