package com.tracemem.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/**
 * Part (c): from the moment an agent asks for an approval to the moment the receiver holds it, at a steady
 * {@value #PER_SECOND} a second. Requests are sent when they are due, however slow the ones before are.
 */
final class DeliveryLatency {
    static final int PER_SECOND = 100;

    private static final int CONNECTIONS = 16;
    private static final byte[] DECISION = Bytes.of("TMEM_");
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Loop loop;
    private final byte[] create;
    private final Prepared request;
    private final Queue<byte[]> decisions = new ArrayDeque<>();
    private final Queue<byte[]> due = new ArrayDeque<>();
    private final Queue<Agent> idle = new ArrayDeque<>();
    private final Map<String, Long> started = new HashMap<>();
    private final Samples milliseconds = new Samples();
    private int toCreate;

    DeliveryLatency(Loop loop, Receiver receiver, Target target) throws IOException {
        this.loop = loop;
        create = target.create("bench.latency").bytes();
        request = target.requestApproval();
        for (int number = 0; number < CONNECTIONS; number++) {
            Agent agent = new Agent();
            agent.connection = Peer.connect(loop, target.address(), agent);
            idle.add(agent);
        }
        receiver.handTo((decisionId, approvalId) -> delivered(decisionId));
    }

    /** The latencies in milliseconds. */
    Samples measure(Duration duration) throws IOException {
        int count = (int) (duration.toMillis() * PER_SECOND / 1_000);
        prepare(count);
        long start = System.nanoTime();
        long interval = 1_000_000_000L / PER_SECOND;
        for (int number = 0; number < count; number++) {
            loop.runUntil(start + number * interval);
            byte[] decisionId = decisions.remove();
            started.put(Receiver.text(decisionId), System.nanoTime());
            due.add(decisionId);
            sendDue();
        }
        if (!loop.runUntil(System.nanoTime() + LIMIT.toNanos(), () -> milliseconds.count() == count)) {
            throw new BenchFailure((count - milliseconds.count()) + " of " + count
                    + " approvals were not delivered within " + LIMIT.toSeconds() + " s.");
        }
        return milliseconds;
    }

    // One decision has one pending approval, so each request needs a decision of its own.
    private void prepare(int count) throws IOException {
        toCreate = count;
        for (int number = 0; number < CONNECTIONS; number++) {
            createNext(idle.remove());
        }
        if (!loop.runUntil(
                System.nanoTime() + LIMIT.toNanos(), () -> decisions.size() == count && idle.size() == CONNECTIONS)) {
            throw new BenchFailure("Only " + decisions.size() + " of " + count + " decisions were created within "
                    + LIMIT.toSeconds() + " s.");
        }
    }

    private void createNext(Agent agent) throws IOException {
        if (toCreate > 0) {
            toCreate--;
            agent.creating = true;
            agent.connection.send(create);
        } else {
            agent.creating = false;
            idle.add(agent);
        }
    }

    private void sendDue() throws IOException {
        while (!due.isEmpty() && !idle.isEmpty()) {
            idle.remove().connection.send(request.with(due.remove()));
        }
    }

    private void delivered(String decisionId) {
        Long start = started.remove(decisionId);
        if (start != null) {
            milliseconds.add((System.nanoTime() - start) / 1e6);
        }
    }

    private final class Agent implements Peer.Received {
        // Set at once after the connection is made, which needs this object first.
        @SuppressWarnings("NullAway.Init")
        private Peer connection;

        private boolean creating;

        @Override
        public void message(Peer peer, byte[] bytes, int start, int bodyStart, int end) throws IOException {
            Answers.requireSuccess("an approval's request", bytes, start, bodyStart, end);
            if (creating) {
                decisions.add(Answers.id(DECISION, bytes, bodyStart, end));
                createNext(this);
            } else {
                idle.add(this);
                sendDue();
            }
        }
    }
}
