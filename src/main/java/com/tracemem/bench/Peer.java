package com.tracemem.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/** One kept-alive connection, on either side: prepared bytes go out, whole messages come in. */
final class Peer implements Loop.Ready {
    private static final int FIRST_BYTES = 8_192;
    private static final int MOST_BYTES = 1_048_576;

    private final SocketChannel channel;
    private final Received received;
    private final boolean mayEnd;
    private final Frame frame = new Frame();
    private byte[] buffer = new byte[FIRST_BYTES];
    private int filled;
    /** Whether an answer is due: without, the server may close what was idle for long. */
    private boolean waiting;

    /** Takes a message; the bytes are valid only during the call. */
    interface Received {
        void message(Peer peer, byte[] bytes, int start, int bodyStart, int end) throws IOException;
    }

    private Peer(SocketChannel channel, Received received, boolean mayEnd) throws IOException {
        this.channel = channel;
        this.received = received;
        this.mayEnd = mayEnd;
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    /** Connects to the server under test, which is not expected to close the connection. */
    static Peer connect(Loop loop, InetSocketAddress address, Received received) throws IOException {
        SocketChannel channel = SocketChannel.open(address);
        Peer peer = new Peer(channel, received, false);
        loop.add(channel, SelectionKey.OP_READ, peer);
        return peer;
    }

    /** Takes a connection that somebody opened to us, and may close. */
    static void accept(Loop loop, SocketChannel channel, Received received) throws IOException {
        loop.add(channel, SelectionKey.OP_READ, new Peer(channel, received, true));
    }

    /** Sends a whole message. It is short and the one before was answered, so the socket's buffer has room. */
    void send(byte[] bytes) throws IOException {
        waiting = true;
        ByteBuffer message = ByteBuffer.wrap(bytes);
        while (message.hasRemaining()) {
            channel.write(message);
        }
    }

    @Override
    public void ready() throws IOException {
        int read;
        try {
            read = channel.read(ByteBuffer.wrap(buffer, filled, buffer.length - filled));
        } catch (IOException reset) {
            read = -1;
        }
        if (read < 0) {
            channel.close();
            if (!mayEnd && waiting) {
                throw new BenchFailure("The server closed a connection under load; its log may say why.");
            }
            return;
        }
        filled += read;
        int start = 0;
        while (start < filled && frame.find(buffer, start, filled)) {
            int end = frame.end;
            waiting = false;
            received.message(this, buffer, start, frame.bodyStart, end);
            start = end;
        }
        System.arraycopy(buffer, start, buffer, 0, filled - start);
        filled -= start;
        if (filled == buffer.length) {
            if (filled >= MOST_BYTES) {
                throw new BenchFailure("A message of more than " + MOST_BYTES + " bytes arrived.");
            }
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
    }
}
