package com.tracemem.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Agents that open decisions and ask for an approval of each, as fast as they are answered. */
final class Asking {
    private static final int CONNECTIONS = 32;
    private static final byte[] DECISION = Bytes.of("TMEM_");
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final Loop loop;
    private final byte[] create;
    private final Prepared request;
    private final List<Peer> agents = new ArrayList<>();
    private int toAsk;
    private int asked;

    Asking(Loop loop, Target target) throws IOException {
        this.loop = loop;
        create = target.create("bench.backlog").bytes();
        request = target.requestApproval();
        for (int number = 0; number < CONNECTIONS; number++) {
            agents.add(Peer.connect(loop, target.address(), new Agent()));
        }
    }

    /** Asks for so many approvals, and waits until they were asked for. */
    void ask(int approvals) throws IOException {
        asked = 0;
        toAsk = approvals;
        for (Peer agent : agents) {
            next(agent);
        }
        if (!loop.runUntil(System.nanoTime() + LIMIT.toNanos(), () -> asked == approvals)) {
            throw new BenchFailure("Only " + asked + " of " + approvals + " approvals were asked for within "
                    + LIMIT.toMinutes() + " minutes.");
        }
    }

    private void next(Peer agent) throws IOException {
        if (toAsk > 0) {
            toAsk--;
            agent.send(create);
        }
    }

    private final class Agent implements Peer.Received {
        private boolean created;

        @Override
        public void message(Peer peer, byte[] bytes, int start, int bodyStart, int end) throws IOException {
            Answers.requireSuccess("an approval's request", bytes, start, bodyStart, end);
            if (created) {
                created = false;
                asked++;
                next(peer);
            } else {
                created = true;
                peer.send(request.with(Answers.id(DECISION, bytes, bodyStart, end)));
            }
        }
    }
}
