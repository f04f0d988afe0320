package com.tracemem.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.approval.CoreNode;
import com.tracemem.decision.Decision;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.identity.TurnableClock;
import com.tracemem.store.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

class EventCountsTest {
    @Test
    void eventsOfAPeriodAreCountedFromItsEnd() throws InterruptedException {
        TurnableClock clock = new TurnableClock();
        try (TestDatabase database = TestDatabase.create();
                CoreNode node = new CoreNode(database, "node-counts", clock)) {
            AgentPrincipal agent = node.agent(node.tenant(), "agent");
            Decision decision = node.open(agent);
            Instant start = clock.instant();
            // minute 1: x, minute 2: y, minute 3: x, …
            for (int i = 1; i <= 9; i++) {
                clock.turn(Duration.ofMinutes(1));
                CoreNode.done(node.decisions.addContext(
                        agent, decision.decisionId(), JsonNodeFactory.instance.objectNode(), i % 2 == 1 ? "x" : "y"));
            }
            String tenant = agent.tenantId();
            EventCounts counts = new EventCounts(node.jdbc);
            Instant from = start.plus(Duration.ofMinutes(3));
            Instant to = start.plus(Duration.ofMinutes(9));
            assertThat(counts.count(tenant, EventType.CONTEXT, "summary", "x", from, to))
                    .isEqualTo(new EventCounts.Counted(3, from));
            assertThat(counts.count(tenant, EventType.CONTEXT, "summary", "z", from, to)
                            .events())
                    .isZero();
            assertThat(counts.count(tenant, EventType.READ, "summary", "x", from, to)
                            .events())
                    .isZero();
            assertThat(counts.count(tenant, EventType.CONTEXT, "summary", "x", start, to.plus(Duration.ofDays(365)))
                            .events())
                    .isEqualTo(5);
            assertThat(counts.count("tnt_nobody", EventType.CONTEXT, "summary", "x", from, to)
                            .events())
                    .isZero();
            assertThat(new EventCounts(node.jdbc, 4).count(tenant, EventType.CONTEXT, "summary", "x", from, to))
                    .isEqualTo(new EventCounts.Counted(2, start.plus(Duration.ofMinutes(5))));
        }
    }
}
