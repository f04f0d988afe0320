package com.tracemem.delivery;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An HTTP endpoint on loopback that keeps what it gets and answers as a test tells it to. */
public final class Receiver implements AutoCloseable {
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;
    private final BlockingQueue<Received> arrived = new LinkedBlockingQueue<>();
    private final List<Received> all = new CopyOnWriteArrayList<>();
    private volatile HttpHandler answer = answering(200);

    /** One request as it came in. */
    public record Received(String path, java.util.Map<String, List<String>> headers, String body) {
        public @Nullable String header(String name) {
            return headers.entrySet().stream()
                    .filter(header -> header.getKey().equalsIgnoreCase(name))
                    .map(header -> header.getValue().getFirst())
                    .findFirst()
                    .orElse(null);
        }
    }

    public Receiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::take);
        server.start();
    }

    private void take(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Received received = new Received(
                exchange.getRequestURI().getPath(), java.util.Map.copyOf(exchange.getRequestHeaders()), body);
        all.add(received);
        arrived.add(received);
        try (exchange) {
            answer.handle(exchange);
        }
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public String url() {
        return "http://127.0.0.1:" + port() + "/hook";
    }

    public void answer(HttpHandler handler) {
        answer = handler;
    }

    public static HttpHandler answering(int status) {
        return exchange -> exchange.sendResponseHeaders(status, -1);
    }

    /** Waits for the next request. */
    public Received next() throws InterruptedException {
        Received next = arrived.poll(20, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("Nothing arrived");
        }
        return next;
    }

    public List<Received> all() {
        return all;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
