package com.tracemem.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Part (a): one kind of operation within decisions, by {@value #CONNECTIONS} agents, each waiting for its answer: adding
 * context, evaluating a policy, or reading a row of a data product.
 */
final class GovernedOperations implements AutoCloseable {
    static final int CONNECTIONS = 32;

    private static final byte[] DECISION = Bytes.of("TMEM_");
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Loop loop = new Loop();
    private final List<Agent> agents = new ArrayList<>();
    private final String tool;
    private long answered;
    private int outstanding;
    private long stopAfter;

    GovernedOperations(Target target) throws IOException {
        this(
                target,
                "decision_add_context",
                List.of(
                        "{\"decision_id\":\"$id\",\"summary\":\"Order checked\",\"context\":{\"order_id\":\"A-1001\",\"amount\":125.5,"
                                + "\"customer\":\"Acme Corp\",\"reason\":\"loyalty\"}}"));
    }

    /** Evaluations of the discount policy: a third each are allowed, require an exception, and are denied. */
    static GovernedOperations evaluating(Target target) throws IOException {
        return new GovernedOperations(
                target,
                "decision_evaluate",
                Stream.of("0.1", "0.25", "0.6")
                        .map(discount -> "{\"decision_id\":\"$id\",\"policy_id\":\"" + Administrator.POLICY
                                + "\",\"inputs\":{\"proposed_discount\":" + discount
                                + ",\"customer_tier\":\"standard\",\"order_value\":10000}}")
                        .toList());
    }

    /** Reads of one row by its key. */
    static GovernedOperations reading(Target target) throws IOException {
        return new GovernedOperations(
                target,
                "decision_read",
                List.of("{\"decision_id\":\"$id\",\"product\":\"" + Administrator.PRODUCT + "\",\"purpose\":\""
                        + Administrator.PURPOSE + "\",\"query\":{\"customer_id\":" + SampleStore.KEY + "}}"));
    }

    private GovernedOperations(Target target, String tool, List<String> arguments) throws IOException {
        this.tool = tool;
        List<Prepared> operations =
                arguments.stream().map(one -> target.tool(tool, one)).toList();
        byte[] create = target.create("bench.context").bytes();
        for (int number = 0; number < CONNECTIONS; number++) {
            Agent agent = new Agent(operations.get(number % operations.size()));
            agent.connection = Peer.connect(loop, target.address(), agent);
            agents.add(agent);
            outstanding++;
            agent.connection.send(create);
        }
        drain();
    }

    /** Operations per second that were answered during this time. */
    double perSecond(Duration duration) throws IOException {
        long start = System.nanoTime();
        answered = 0;
        stopAfter = Long.MAX_VALUE;
        begin();
        loop.runUntil(start + duration.toNanos());
        double rate = answered * 1e9 / (System.nanoTime() - start);
        stopAfter = 0;
        drain();
        return rate;
    }

    /** Does this many operations, and waits for them. */
    void run(int operations) throws IOException {
        answered = 0;
        stopAfter = (long) operations - CONNECTIONS;
        begin();
        drain();
    }

    @Override
    public void close() throws IOException {
        loop.close();
    }

    private void begin() throws IOException {
        for (Agent agent : agents) {
            outstanding++;
            agent.connection.send(agent.request);
        }
    }

    private void drain() throws IOException {
        if (!loop.runUntil(System.nanoTime() + LIMIT.toNanos(), () -> outstanding == 0)) {
            throw new BenchFailure(
                    outstanding + " calls of " + tool + " were not answered within " + LIMIT.toSeconds() + " s.");
        }
    }

    private final class Agent implements Peer.Received {
        // Set at once after the connection is made, which needs this object first.
        @SuppressWarnings("NullAway.Init")
        private Peer connection;

        private final Prepared operation;
        private byte[] request = {};

        Agent(Prepared operation) {
            this.operation = operation;
        }

        @Override
        public void message(Peer peer, byte[] bytes, int start, int bodyStart, int end) throws IOException {
            Answers.requireSuccess("an operation", bytes, start, bodyStart, end);
            if (request.length == 0) {
                request = operation.with(Answers.id(DECISION, bytes, bodyStart, end));
                outstanding--;
                return;
            }
            answered++;
            if (answered <= stopAfter) {
                peer.send(request);
            } else {
                outstanding--;
            }
        }
    }
}
