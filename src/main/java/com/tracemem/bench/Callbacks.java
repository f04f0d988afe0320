package com.tracemem.bench;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Queue;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The approver: signed callbacks (Standard Webhooks) over {@value #CONNECTIONS} connections. */
final class Callbacks {
    static final int CONNECTIONS = 16;

    private static final String SECRET_PREFIX = "whsec_";

    private final Target target;
    private final InstantSource clock;
    private final Mac mac;
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private final Queue<Approver> idle = new ArrayDeque<>();
    // Another run against the same server must not look like a replay of this one.
    private final String run = "msg_" + UUID.randomUUID() + "-";
    private long messages;

    private record Waiting(String approvalId, Then then) {}

    /** What follows once the answer was accepted. */
    interface Then {
        void approved() throws IOException;
    }

    Callbacks(Loop loop, Target target, InstantSource clock) throws IOException {
        this.target = target;
        this.clock = clock;
        try {
            mac = Mac.getInstance("HmacSHA256");
            String key = target.incomingSecret().substring(SECRET_PREFIX.length());
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(key), "HmacSHA256"));
        } catch (GeneralSecurityException | RuntimeException failure) {
            throw new BenchFailure("The integration's incoming secret is no webhook secret.", failure);
        }
        for (int number = 0; number < CONNECTIONS; number++) {
            Approver approver = new Approver();
            approver.connection = Peer.connect(loop, target.address(), approver);
            idle.add(approver);
        }
    }

    void approve(String approvalId, Then then) throws IOException {
        waiting.add(new Waiting(approvalId, then));
        sendWaiting();
    }

    private void sendWaiting() throws IOException {
        while (!waiting.isEmpty() && !idle.isEmpty()) {
            Waiting next = waiting.remove();
            Approver approver = idle.remove();
            approver.then = next.then();
            approver.connection.send(request(next.approvalId()));
        }
    }

    private byte[] request(String approvalId) {
        String id = run + messages++;
        long time = clock.instant().getEpochSecond();
        String body = "{\"approval_id\":\"" + approvalId + "\",\"decision\":\"approved\",\"approver\":{\"id\":\"u1\","
                + "\"name\":\"Benchmark\",\"email\":\"benchmark@example.com\"},\"rationale\":\"As agreed\"}";
        String signature = Base64.getEncoder().encodeToString(mac.doFinal(Bytes.of(id + "." + time + "." + body)));
        return Bytes.of("POST /v1/callbacks/webhook/" + target.integrationId() + " HTTP/1.1\r\nHost: " + target.host()
                + "\r\nContent-Type: application/json\r\nwebhook-id: " + id + "\r\nwebhook-timestamp: " + time
                + "\r\nwebhook-signature: v1," + signature + "\r\nContent-Length: " + body.length() + "\r\n\r\n"
                + body);
    }

    private final class Approver implements Peer.Received {
        // Set at once after the connection is made, which needs this object first.
        @SuppressWarnings("NullAway.Init")
        private Peer connection;

        private Then then = () -> {};

        @Override
        public void message(Peer peer, byte[] bytes, int start, int bodyStart, int end) throws IOException {
            Answers.requireSuccess("a callback", bytes, start, bodyStart, end);
            then.approved();
            idle.add(this);
            sendWaiting();
        }
    }
}
