package com.tracemem.approval;

import static com.tracemem.approval.CoreNode.done;
import static com.tracemem.approval.CoreNode.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.decision.CloseAction;
import com.tracemem.decision.Decision;
import com.tracemem.decision.DecisionStatus;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.identity.TurnableClock;
import com.tracemem.store.TestDatabase;
import com.tracemem.trace.AppendedEvent;
import com.tracemem.trace.Outcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

/** A node remembers what it wrote; what another node wrote since must count all the same. */
class OtherNodesWritesTest {
    private final TestDatabase database = TestDatabase.create();
    private final TurnableClock clock = new TurnableClock();
    private CoreNode here;
    private CoreNode there;
    private AgentPrincipal agent;

    @BeforeEach
    void open() throws InterruptedException {
        here = new CoreNode(database, "here", clock);
        there = new CoreNode(database, "there", clock);
        String tenant = here.tenant();
        agent = here.agent(tenant, "agent");
        here.route(tenant, "route_a");
    }

    @AfterEach
    void close() {
        here.close();
        there.close();
        database.close();
    }

    private Outcome<AppendedEvent> note(CoreNode node, Decision decision) {
        return node.decisions.addContext(
                agent,
                decision.decisionId(),
                JsonNodeFactory.instance.objectNode().put("a", 1),
                null);
    }

    private Outcome<Decision> commit(CoreNode node, Decision decision) {
        return node.decisions.close(agent, decision.decisionId(), CloseAction.COMMIT, null, null);
    }

    @Test
    void whatAnotherNodeClosedIsClosed() {
        Decision decision = here.open(agent);
        done(note(here, decision));
        done(commit(there, decision));
        assertThat(refused(note(here, decision))).contains("committed");
        assertThat(here.eventTypes(decision.key())).containsExactly("decision_created", "context", "decision_closed");
    }

    @Test
    void aRefusalIsNotTakenFromMemoryEither() {
        Decision decision = here.open(agent);
        Approval approval = done(here.ask(agent, decision, "route_a"));
        assertThat(refused(commit(here, decision))).startsWith("Approval is required");
        there.approvals.answer(new Answer(
                approval.tenantId(),
                approval.approvalId(),
                Verdict.APPROVED,
                new Approver("u1", "Anna", "anna@example.com", null, "webhook"),
                null,
                null));
        assertThat(done(commit(here, decision)).status()).isEqualTo(DecisionStatus.COMMITTED);
    }

    @Test
    void chainsGoOnWhereTheOtherNodeLeftThem() {
        Decision decision = here.open(agent);
        for (int turn = 1; turn <= 5; turn++) {
            assertThat(done(note(here, decision)).decisionSeq()).isEqualTo(2 * turn);
            assertThat(done(note(there, decision)).decisionSeq()).isEqualTo(2 * turn + 1);
        }
        assertThat(done(note(here, decision)).seq()).isEqualTo(12);
    }
}
