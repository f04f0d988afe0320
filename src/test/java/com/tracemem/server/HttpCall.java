package com.tracemem.server;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/**
 * A light HTTP/1.1 client for tests under load: one kept-alive connection, one call at a time, for one thread. It
 * repeats nothing: a broken connection is the test's business.
 */
public final class HttpCall implements AutoCloseable {
    private static final int READ_LIMIT_MILLIS = (int) Duration.ofSeconds(90).toMillis();
    private static final int CONNECT_LIMIT_MILLIS = (int) Duration.ofSeconds(5).toMillis();

    /** Servers close connections that nobody uses; this is well before ours does. */
    private static final long IDLE_LIMIT_NANOS = Duration.ofSeconds(20).toNanos();

    private final URI server;
    private final String host;
    private Socket socket;
    private InputStream in;
    private long usedNanos;

    /** What came back. */
    public record Answer(int status, String body) {}

    private HttpCall(URI server) throws IOException {
        this.server = server;
        host = server.getHost() + ":" + server.getPort();
        socket = connect(server);
        in = new BufferedInputStream(socket.getInputStream());
        usedNanos = System.nanoTime();
    }

    private static Socket connect(URI server) throws IOException {
        Socket socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(READ_LIMIT_MILLIS);
        socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), CONNECT_LIMIT_MILLIS);
        return socket;
    }

    public static HttpCall to(URI server) throws IOException {
        return new HttpCall(server);
    }

    public Answer post(String path, Map<String, String> headers, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: "
                + bytes.length + "\r\nContent-Type: application/json\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] request = new byte[start.length + bytes.length];
        System.arraycopy(start, 0, request, 0, start.length);
        System.arraycopy(bytes, 0, request, start.length, bytes.length);
        if (System.nanoTime() - usedNanos > IDLE_LIMIT_NANOS) {
            socket.close();
            socket = connect(server);
            in = new BufferedInputStream(socket.getInputStream());
        }
        socket.getOutputStream().write(request);
        Answer answer = read();
        usedNanos = System.nanoTime();
        return answer;
    }

    private Answer read() throws IOException {
        int status = Integer.parseInt(line().split(" ", 3)[1]);
        int length = 0;
        boolean chunked = false;
        for (String header = line(); !header.isEmpty(); header = line()) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(
                        lower.substring("content-length:".length()).strip());
            } else if (lower.startsWith("transfer-encoding:")) {
                chunked = lower.contains("chunked");
            }
        }
        return new Answer(status, new String(chunked ? chunks() : exactly(length), StandardCharsets.UTF_8));
    }

    private byte[] chunks() throws IOException {
        java.io.ByteArrayOutputStream whole = new java.io.ByteArrayOutputStream();
        for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
            whole.writeBytes(exactly(size));
            line();
        }
        line();
        return whole.toByteArray();
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("The connection ended within an answer");
        }
        return bytes;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("The connection ended before an answer");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
