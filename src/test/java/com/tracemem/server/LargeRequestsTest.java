package com.tracemem.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.identity.FirstRunFile;
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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many requests of the largest size at the same time, against a server with the heap that its launcher gives it. */
class LargeRequestsTest {
    private static final int REQUESTS = 200;
    private static final int LARGEST = 1 << 20;

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

    private static String request(String values, String blanks) {
        String text =
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"decision_create\","
                        + "\"arguments\":{\"intent\":\"large\",\"automation_mode\":\"propose\",\"metadata\":{\"values\":["
                        + values + "0]}}}" + blanks + "}";
        assertThat(text.length()).isLessThan(LARGEST);
        return text;
    }
}
