package com.tracemem.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoadTest {
    private PlayedServer server;
    private Loop loop;

    @BeforeEach
    void start() throws Exception {
        server = new PlayedServer();
        loop = new Loop();
    }

    @AfterEach
    void stop() throws Exception {
        loop.close();
        server.close();
    }

    @Test
    void governedOperationsAreCountedAndNoneIsLeftBehind() throws Exception {
        try (GovernedOperations governed = new GovernedOperations(server.target())) {
            governed.run(1_000);
            assertThat(server.contexts).hasValue(1_000);
            double rate = governed.perSecond(Duration.ofMillis(500));
            int done = server.contexts.get() - 1_000;
            assertThat(rate).isPositive().isLessThanOrEqualTo(done * 2);
            assertThat(done * 0.5).isBetween(rate * 0.2, rate * 0.3 + GovernedOperations.CONNECTIONS);
        }
    }

    @Test
    void evaluationsAndReadsAreCountedLikeOtherOperations() throws Exception {
        try (GovernedOperations evaluating = GovernedOperations.evaluating(server.target())) {
            evaluating.run(200);
            assertThat(server.evaluations).hasValue(200);
            assertThat(server.contexts).hasValue(0);
        }
        try (GovernedOperations reading = GovernedOperations.reading(server.target())) {
            reading.run(200);
            assertThat(server.reads).hasValue(200);
        }
    }

    @Test
    void wholeApprovalsGoTheWholeWay() throws Exception {
        Receiver receiver = new Receiver(loop);
        server.webhook = receiver.url();
        Callbacks callbacks = new Callbacks(loop, server.target(), Clock.systemUTC());
        WholeApprovals approvals = new WholeApprovals(loop, receiver, callbacks, server.target());
        approvals.perSecond(Duration.ofMillis(100));
        int first = server.closed.get();
        assertThat(first).isGreaterThanOrEqualTo(WholeApprovals.AGENTS);
        assertThat(approvals.perSecond(Duration.ofSeconds(2))).isPositive();
        assertThat(server.closed.get()).isGreaterThanOrEqualTo(first + WholeApprovals.AGENTS);
        assertThat(server.refused).hasValue(0);
    }

    @Test
    void latencyHasOneSampleForEachRequest() throws Exception {
        Receiver receiver = new Receiver(loop);
        server.webhook = receiver.url();
        Samples samples = new DeliveryLatency(loop, receiver, server.target()).measure(Duration.ofMillis(500));
        assertThat(samples.count()).isEqualTo(50);
        assertThat(samples.percentile(50)).isPositive().isLessThanOrEqualTo(samples.percentile(99));
    }

    @Test
    void aRefusedCallStopsTheMeasurementWithItsReason() throws Exception {
        try (GovernedOperations governed = new GovernedOperations(server.target())) {
            server.failing = true;
            assertThatThrownBy(() -> governed.perSecond(Duration.ofSeconds(5)))
                    .isInstanceOf(BenchFailure.class)
                    .hasMessageContaining("Decision not found");
        }
    }
}
