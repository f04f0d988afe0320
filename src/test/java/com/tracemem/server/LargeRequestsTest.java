package com.tracemem.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.identity.FirstRunFile;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many requests of the largest size at the same time, against a server with the heap that its launcher gives it. */
class LargeRequestsTest {
    private static final int REQUESTS = 200;
    private static final int LARGEST = 1 << 20;
    /** Of a megabyte each, for a heap of 256. */
    private static final int SLOW_REQUESTS = 400;

    @TempDir
    private Path directory;

    @Test
    void largeRequestsAtTheSameTimeDoNotEndTheServer() throws Exception {
        try (ServerProcess server = ServerProcess.serve(Map.of("TRACEMEM_DATA_DIR", directory.toString()))
                        .awaitReady();
                HttpClient client = HttpClient.newHttpClient()) {
            String key = FirstRunFile.read(directory).orElseThrow().agentApiKey();
            String metadata = "x".repeat(40_000);
            List<String> bodies = List.of(
                    request("{}," + "{},".repeat(15_000), " ".repeat(900_000)),
                    request("\"" + metadata + "\",", " ".repeat(900_000)),
                    request("{},".repeat(330_000), ""),
                    request("\"" + "ü".repeat(450_000) + "\",", ""));
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < REQUESTS; i++) {
                HttpRequest request = HttpRequest.newBuilder(server.baseUrl())
                        .header("Authorization", "Agent " + key)
                        .header("Content-Type", "application/json")
                        .timeout(Duration.ofSeconds(90))
                        .POST(BodyPublishers.ofString(bodies.get(i % bodies.size())))
                        .build();
                answers.add(client.sendAsync(request, BodyHandlers.ofString()));
            }
            for (CompletableFuture<HttpResponse<String>> coming : answers) {
                HttpResponse<String> answer = coming.get(2, TimeUnit.MINUTES);
                assertThat(answer.statusCode()).isIn(200, 400, 429);
                if (answer.statusCode() == 429) {
                    assertThat(answer.headers().firstValue("Retry-After")).hasValue("2");
                    assertThat(answer.body()).contains("Too many large requests at the same time");
                }
            }
            assertThat(client.send(
                                    HttpRequest.newBuilder(server.baseUrl().resolve("/health/ready"))
                                            .build(),
                                    BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
            assertThat(server.isAlive()).isTrue();
            assertThat(server.output()).doesNotContain("OutOfMemoryError");
        }
    }

    /**
     * Each of these is all there but for its last byte, at the same time: more than the heap, if they were kept. (What was
     * read whole is parsed on as many threads as there are processors, so that many of those are never there together.)
     */
    @Test
    void requestsThatArriveSlowlyAreNotAllKept() throws Exception {
        try (ServerProcess server = ServerProcess.serve(Map.of("TRACEMEM_DATA_DIR", directory.toString()))
                        .awaitReady();
                ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
            String key = FirstRunFile.read(directory).orElseThrow().agentApiKey();
            byte[] body = request("", " ".repeat(1_000_000)).getBytes(UTF_8);
            byte[] head = ("POST / HTTP/1.1\r\nHost: 127.0.0.1:" + server.port() + "\r\nAuthorization: Agent " + key
                            + "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
                            + body.length
                            + "\r\n\r\n")
                    .getBytes(UTF_8);
            CountDownLatch almostThere = new CountDownLatch(SLOW_REQUESTS);
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < SLOW_REQUESTS; i++) {
                answers.add(senders.submit(() -> {
                    try (Socket socket = new Socket()) {
                        // so that what was sent is with the server, and not on its way
                        socket.setSendBufferSize(16 << 10);
                        socket.setSoTimeout(90_000);
                        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
                        OutputStream out = socket.getOutputStream();
                        out.write(head);
                        out.write(body, 0, body.length - 1);
                        out.flush();
                        almostThere.countDown();
                        almostThere.await(90, TimeUnit.SECONDS);
                        out.write(body, body.length - 1, 1);
                        out.flush();
                        return new String(socket.getInputStream().readAllBytes(), UTF_8);
                    }
                }));
            }
            int refused = 0;
            for (Future<String> coming : answers) {
                String answer = coming.get(3, TimeUnit.MINUTES);
                assertThat(answer).containsAnyOf("HTTP/1.1 200", "HTTP/1.1 429");
                refused += answer.contains("Too many large requests at the same time") ? 1 : 0;
            }
            assertThat(refused).isBetween(1, SLOW_REQUESTS - 1);
            assertThat(server.isAlive()).isTrue();
            assertThat(server.output()).doesNotContain("OutOfMemoryError");
        }
    }

    private static String request(String values, String blanks) {
        String text =
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"decision_create\","
                        + "\"arguments\":{\"intent\":\"large\",\"automation_mode\":\"propose\",\"metadata\":{\"values\":["
                        + values + "0]}}}" + blanks + "}";
        assertThat(text.length()).isLessThan(LARGEST);
        return text;
    }
}
