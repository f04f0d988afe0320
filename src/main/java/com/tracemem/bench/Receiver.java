package com.tracemem.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * The webhook receiver of the benchmark: acknowledges every delivery and hands on whose it was. It does not verify
 * signatures, because that is another machine's work.
 */
final class Receiver {
    private static final byte[] ACKNOWLEDGED = Bytes.of("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    private static final byte[] DECISION = Bytes.of("TMEM_");
    private static final byte[] APPROVAL = Bytes.of("appr_");
    private static final String HANGING = "hanging";
    /** After {@code POST /}. */
    private static final int PATH_AT = 6;

    private static final int WAITING_CONNECTIONS = 1_024;

    private final InetSocketAddress address;
    private Delivered delivered = (decisionId, approvalId) -> {};

    /** Told of every delivery, repeated ones too. */
    interface Delivered {
        void delivered(String decisionId, String approvalId) throws IOException;
    }

    Receiver(Loop loop) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), WAITING_CONNECTIONS);
        address = (InetSocketAddress) server.getLocalAddress();
        loop.add(server, SelectionKey.OP_ACCEPT, () -> {
            for (SocketChannel channel = server.accept(); channel != null; channel = server.accept()) {
                Peer.accept(loop, channel, this::receive);
            }
        });
    }

    String url() {
        return "http://127.0.0.1:" + address.getPort() + "/";
    }

    void handTo(Delivered next) {
        delivered = next;
    }

    /** Where nothing is ever acknowledged. */
    String hangingUrl() {
        return url() + HANGING;
    }

    private void receive(Peer peer, byte[] bytes, int start, int bodyStart, int end) throws IOException {
        if (bytes[start + PATH_AT] == HANGING.charAt(0)) {
            return;
        }
        peer.send(ACKNOWLEDGED);
        delivered.delivered(
                text(Answers.id(DECISION, bytes, bodyStart, end)), text(Answers.id(APPROVAL, bytes, bodyStart, end)));
    }

    static String text(byte[] id) {
        return Bytes.text(id, 0, id.length);
    }
}
