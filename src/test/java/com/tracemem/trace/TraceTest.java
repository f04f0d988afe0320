package com.tracemem.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.approval.CoreNode;
import com.tracemem.decision.Decision;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.store.TestDatabase;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TraceTest {
    private static final int ALL = 1000;
    private static final long PLENTY = 100 << 20;

    private TestDatabase database;
    private CoreNode node;
    private AgentPrincipal agent;

    @BeforeAll
    void open() throws InterruptedException {
        database = TestDatabase.create();
        node = new CoreNode(database, "trace", Clock.systemUTC());
        agent = node.agent(node.tenant(), "trace");
    }

    @AfterAll
    void close() {
        node.close();
        database.close();
    }

    @Test
    void aPartEndsAtItsLimitAndSaysWhetherMoreFollows() {
        DecisionKey decision = decisionWithContexts(4, 10);

        Trace.Part first = node.trace.events(decision, 0, 3, PLENTY);
        assertThat(first.events()).extracting(Event::decisionSeq).containsExactly(1, 2, 3);
        assertThat(first.more()).isTrue();

        Trace.Part rest = node.trace.events(decision, first.events().getLast().seq(), 2, PLENTY);
        assertThat(rest.events()).extracting(Event::decisionSeq).containsExactly(4, 5);
        assertThat(rest.more()).isFalse();
        assertThat(node.trace.events(decision, rest.events().getLast().seq(), 1, PLENTY))
                .isEqualTo(new Trace.Part(List.of(), false));
    }

    @Test
    void aPartEndsBeforeItsBytesAreExceededYetAlwaysGivesOneEvent() {
        DecisionKey decision = decisionWithContexts(3, 50_000);

        Trace.Part two = node.trace.events(decision, 0, ALL, 60_000);
        assertThat(two.events()).extracting(Event::decisionSeq).containsExactly(1, 2);
        assertThat(two.more()).isTrue();

        Trace.Part one = node.trace.events(decision, two.events().getLast().seq(), ALL, 10);
        assertThat(one.events()).extracting(Event::decisionSeq).containsExactly(3);
        assertThat(one.more()).isTrue();
    }

    @Test
    void aPartBeginsAfterAnyPlaceInTheTenantsLog() {
        DecisionKey decision = decisionWithContexts(1, 10);
        DecisionKey other = decisionWithContexts(1, 10);
        add(decision, 10, "after the other");

        long seqOfOther =
                node.trace.events(other, 0, ALL, PLENTY).events().getLast().seq();
        assertThat(node.trace.events(decision, seqOfOther, ALL, PLENTY).events())
                .extracting(Event::decisionSeq)
                .containsExactly(3);
    }

    @Test
    void summariesAreReadWithoutTheirContexts() {
        DecisionKey decision = decisionWithContexts(0, 0);
        add(decision, 10, "older \"quoted\" ünïcode");
        add(decision, 60_000, "newer");
        add(decision, 10, null);
        // as an agent could send it before contexts had a bound
        add(decision, 900_000, "of a context that is too large");
        add(decision, 10, "after the request");

        Trace.Position request = new Trace.Position(decision, 6);
        Trace.Position start = new Trace.Position(decision, 1);
        assertThat(node.trace.summariesBefore(List.of(request, start), 20))
                .isEqualTo(Map.of(request, List.of("older \"quoted\" ünïcode", "newer")));
        assertThat(node.trace.summariesBefore(List.of(request), 2)).isEqualTo(Map.of(request, List.of("newer")));
        assertThat(node.trace.before(List.of(request), EventType.CONTEXT, 20).get(request))
                .extracting(Event::decisionSeq)
                .containsExactly(2, 4);
    }

    private DecisionKey decisionWithContexts(int count, int bytes) {
        Decision decision = node.open(agent);
        for (int i = 0; i < count; i++) {
            add(decision.key(), bytes, null);
        }
        return decision.key();
    }

    private void add(DecisionKey decision, int bytes, @Nullable String summary) {
        ObjectNode context = JsonNodeFactory.instance.objectNode().put("text", "x".repeat(bytes));
        CoreNode.done(node.decisions.addContext(agent, decision.decisionId(), context, summary));
    }
}
