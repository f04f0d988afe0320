package com.tracemem.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Part (b): the whole path, by {@value #AGENTS} agents at once: create, request, delivered to the receiver, approved by
 * a signed callback, closed.
 */
final class WholeApprovals {
    static final int AGENTS = 64;

    private static final byte[] DECISION = Bytes.of("TMEM_");
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Loop loop;
    private final Callbacks callbacks;
    private final byte[] create;
    private final Prepared request;
    private final Prepared close;
    private final List<Agent> agents = new ArrayList<>();
    private final Map<String, Agent> byDecision = new HashMap<>();
    private boolean running;
    private int outstanding;
    private long completed;

    WholeApprovals(Loop loop, Receiver receiver, Callbacks callbacks, Target target) throws IOException {
        this.loop = loop;
        this.callbacks = callbacks;
        create = target.create("bench.approval").bytes();
        request = target.requestApproval();
        close = target.tool("decision_close", "{\"decision_id\":\"$id\",\"action\":\"commit\"}");
        for (int number = 0; number < AGENTS; number++) {
            Agent agent = new Agent();
            agent.connection = Peer.connect(loop, target.address(), agent);
            agents.add(agent);
        }
        receiver.handTo(this::delivered);
    }

    /** Approvals per second that went the whole way during this time. */
    double perSecond(Duration duration) throws IOException {
        long start = System.nanoTime();
        completed = 0;
        running = true;
        for (Agent agent : agents) {
            outstanding++;
            agent.begin();
        }
        loop.runUntil(start + duration.toNanos());
        double rate = completed * 1e9 / (System.nanoTime() - start);
        running = false;
        if (!loop.runUntil(System.nanoTime() + LIMIT.toNanos(), () -> outstanding == 0)) {
            throw new BenchFailure(outstanding + " of " + AGENTS + " approvals did not go the whole way within "
                    + LIMIT.toSeconds() + " s; " + completed + " did before. Is the webhook delivered and the callback"
                    + " accepted?");
        }
        return rate;
    }

    private void delivered(String decisionId, String approvalId) throws IOException {
        Agent agent = byDecision.remove(decisionId);
        if (agent != null) {
            callbacks.approve(approvalId, agent::approved);
        }
    }

    private enum Step {
        CREATE,
        REQUEST,
        CLOSE
    }

    private final class Agent implements Peer.Received {
        // Set at once after the connection is made, which needs this object first.
        @SuppressWarnings("NullAway.Init")
        private Peer connection;

        private Step step = Step.CREATE;
        private byte[] decisionId = {};
        // The callback's answer and the request's own answer come in either order.
        private int awaited;

        void begin() throws IOException {
            step = Step.CREATE;
            connection.send(create);
        }

        @Override
        public void message(Peer peer, byte[] bytes, int start, int bodyStart, int end) throws IOException {
            Answers.requireSuccess("step " + step + " of an approval", bytes, start, bodyStart, end);
            switch (step) {
                case CREATE -> {
                    decisionId = Answers.id(DECISION, bytes, bodyStart, end);
                    byDecision.put(Receiver.text(decisionId), this);
                    step = Step.REQUEST;
                    awaited = 2;
                    peer.send(request.with(decisionId));
                }
                case REQUEST -> proceed();
                case CLOSE -> {
                    completed++;
                    if (running) {
                        begin();
                    } else {
                        outstanding--;
                    }
                }
            }
        }

        void approved() throws IOException {
            proceed();
        }

        private void proceed() throws IOException {
            awaited--;
            if (awaited == 0) {
                step = Step.CLOSE;
                connection.send(close.with(decisionId));
            }
        }
    }
}
