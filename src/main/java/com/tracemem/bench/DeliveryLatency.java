package com.tracemem.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

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
    private final List<Target> targets;
    private final @Nullable Target uncounted;
    private final Queue<byte[]> decisions = new ArrayDeque<>();
    private final Queue<byte[]> due = new ArrayDeque<>();
    private final Queue<Agent> idle = new ArrayDeque<>();
    private final Map<String, Long> started = new HashMap<>();
    private final Samples milliseconds = new Samples();
    private int toCreate;

    DeliveryLatency(Loop loop, Receiver receiver, Target target) throws IOException {
        this(loop, receiver, List.of(target), null);
    }

    /**
     * Over several endpoints in turn.
     *
     * @param uncounted the one of them whose messages are not waited for
     */
    DeliveryLatency(Loop loop, Receiver receiver, List<Target> targets, @Nullable Target uncounted) throws IOException {
        this.loop = loop;
        this.targets = targets;
        this.uncounted = uncounted;
        Target target = targets.getFirst();
        create = target.create("bench.latency").bytes();
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
        int counted = 0;
        long start = System.nanoTime();
        long interval = 1_000_000_000L / PER_SECOND;
        for (int number = 0; number < count; number++) {
            loop.runUntil(start + number * interval);
            byte[] decisionId = decisions.remove();
            Target target = targets.get(number % targets.size());
            if (!target.equals(uncounted)) {
                started.put(Receiver.text(decisionId), System.nanoTime());
                counted++;
            }
            due.add(target.requestApproval().with(decisionId));
            sendDue();
        }
        int expected = counted;
        if (!loop.runUntil(System.nanoTime() + LIMIT.toNanos(), () -> milliseconds.count() == expected)) {
            throw new BenchFailure((expected - milliseconds.count()) + " of " + expected
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
            idle.remove().connection.send(due.remove());
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
