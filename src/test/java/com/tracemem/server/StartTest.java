package com.tracemem.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator sees of a start that works, and of those that do not. */
class StartTest {
    private static final int STOPPED_BY_SIGTERM = 143;

    @TempDir
    private Path directory;

    @Test
    void startsAnswersAndStopsAndSaysWhyASecondOneDoesNot() throws Exception {
        Map<String, String> environment = Map.of("TRACEMEM_DATA_DIR", directory.toString());
        try (ServerProcess server = ServerProcess.serve(environment).awaitReady()) {
            assertThat(get(server, "/health/live").body()).isEqualTo("{\"status\":\"up\"}");
            assertThat(get(server, "/health/ready").statusCode()).isEqualTo(200);
            assertThat(get(server, "/metrics").body()).contains("jvm_memory_used_bytes");
            assertThat(get(server, "/dashboard").body()).contains("<h1>TraceMem</h1>");
            assertThat(get(server, "/no/such/page").statusCode()).isEqualTo(404);

            try (ServerProcess second = ServerProcess.serve(environment)) {
                assertThat(second.awaitEnd()).isEqualTo(1);
                assertThat(second.output())
                        .startsWith("The data directory " + directory + " is in use by another TraceMem server")
                        .hasLineCount(1);
            }
            try (ServerProcess third = ServerProcess.serveOn(server.port(), environment)) {
                assertThat(third.awaitEnd()).isEqualTo(1);
                assertThat(third.output())
                        .contains("cannot listen on 127.0.0.1 port " + server.port())
                        .contains("TRACEMEM_PORT")
                        .hasLineCount(1);
            }
            assertThat(server.stop()).isEqualTo(STOPPED_BY_SIGTERM);
            assertThat(server.output()).doesNotContain("WARN").doesNotContain("ERROR");
            assertThat(directory.resolve("postgres/data/postmaster.pid")).doesNotExist();
        }
    }

    @Test
    void saysWhatIsWrongWithTheSettingsOrTheDatabase() throws IOException {
        try (ServerProcess server = ServerProcess.serve(
                Map.of("TRACEMEM_WORKERS", "many", "TRACEMEM_LOG_LEVEL", "loud", "TRACEMEM_DATA_DIR", "x"))) {
            assertThat(server.awaitEnd()).isEqualTo(1);
            assertThat(server.output())
                    .contains("TRACEMEM_WORKERS")
                    .contains("TRACEMEM_LOG_LEVEL")
                    .hasLineCount(2);
        }
        String nowhere = "postgres://somebody:secret@127.0.0.1:" + Ports.free() + "/tracemem";
        try (ServerProcess server = ServerProcess.serve(
                Map.of("TRACEMEM_DATABASE_URL", nowhere, "TRACEMEM_DATA_DIR", directory.toString()))) {
            assertThat(server.awaitEnd()).isEqualTo(1);
            assertThat(server.output())
                    .contains("TRACEMEM_DATABASE_URL")
                    .doesNotContain("secret")
                    .hasLineCount(1);
        }
        Path file = Files.writeString(directory.resolve("file"), "no directory");
        try (ServerProcess server = ServerProcess.serve(Map.of("TRACEMEM_DATA_DIR", file.toString()))) {
            assertThat(server.awaitEnd()).isEqualTo(1);
            assertThat(server.output()).contains(file.toString()).hasLineCount(1);
        }
    }

    private static HttpResponse<String> get(ServerProcess server, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(server.baseUrl().resolve(path)).build(), BodyHandlers.ofString());
        }
    }
}
