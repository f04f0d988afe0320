package com.tracemem.mcp.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.approval.CoreNode;
import com.tracemem.decision.Decision;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.store.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class DecisionGetTest {

    @Test
    void anAgentsWaitsAreBoundedAndEndWithTheServer() throws Exception {
        try (TestDatabase database = TestDatabase.create();
                CoreNode node = new CoreNode(database, "waits", Clock.systemUTC());
                ExecutorService waiters = Executors.newVirtualThreadPerTaskExecutor()) {
            String tenant = node.tenant();
            AgentPrincipal agent = node.agent(tenant, "patient");
            AgentPrincipal other = node.agent(tenant, "other");
            Waits waits = new Waits(2);
            DecisionGet tool = new DecisionGet(node.decisions, node.approvals, waits);
            Decision decision = node.open(agent);

            assertThat(waits.enter(agent)).isTrue();
            Future<ObjectNode> waiting =
                    waiters.submit(() -> CoreNode.done(tool.call(agent, waitingFor(decision, 55))));
            while (waits.count(agent) < 2) {
                assertThat(waiting.isDone()).isFalse();
                Thread.onSpinWait();
            }
            Arguments third = waitingFor(decision, 55);
            assertThat(CoreNode.done(tool.call(agent, third)).get("status").stringValue())
                    .isEqualTo("open");
            assertThat(third.warnings())
                    .containsExactly("Answered without waiting: 2 calls of this agent wait already;"
                            + " wait for fewer decisions at a time");
            assertThat(waits.enter(other)).isTrue();

            long started = System.nanoTime();
            node.decisions.endWaits();
            assertThat(waiting.get(30, TimeUnit.SECONDS).get("status").stringValue())
                    .isEqualTo("open");
            waits.leave(agent);
            Arguments late = waitingFor(decision, 55);
            assertThat(CoreNode.done(tool.call(agent, late)).get("status").stringValue())
                    .isEqualTo("open");
            assertThat(late.warnings()).isEmpty();
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(30));
        }
    }

    private static Arguments waitingFor(Decision decision, int seconds) {
        return new Arguments(JsonNodeFactory.instance
                .objectNode()
                .put("decision_id", decision.decisionId())
                .put("wait_seconds", seconds));
    }
}
