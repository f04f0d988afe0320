package com.tracemem.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the doctor looks at on this machine. */
final class MachineChecks {
    private static final int JDK = 25;
    private static final long LITTLE_SPACE_BYTES = 1L << 30;
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(3);

    private MachineChecks() {}

    static Finding jdk() {
        Runtime.Version version = Runtime.version();
        return version.feature() >= JDK
                ? Finding.good("JDK", version + " in " + System.getProperty("java.home"))
                : Finding.broken("JDK", "This is Java " + version + ".", "Install a JDK " + JDK + " or newer.");
    }

    static Finding dataDirectory(ServerSettings settings) {
        Path directory = settings.dataDirectory().toAbsolutePath().normalize();
        @Nullable Path existing = directory;
        while (existing != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        if (existing == null || !Files.isDirectory(existing) || !Files.isWritable(existing)) {
            return Finding.broken(
                    "data directory",
                    directory + " cannot be written by " + System.getProperty("user.name") + ".",
                    "Give that user the right to write there, or set TRACEMEM_DATA_DIR to another directory.");
        }
        try {
            long free = Files.getFileStore(existing).getUsableSpace();
            if (free < LITTLE_SPACE_BYTES) {
                return Finding.doubtful(
                        "data directory",
                        directory + " has " + (free >> 20) + " MiB of free space left.",
                        "Make room: a full disk stops the database.");
            }
        } catch (IOException unknown) {
            return Finding.doubtful(
                    "data directory", "Its free space is not known: " + unknown.getMessage(), "Look at the disk.");
        }
        return Finding.good(
                "data directory", directory + (directory.equals(existing) ? "" : " (made by the first start)"));
    }

    static Finding port(ServerSettings settings) {
        Optional<Integer> answer = health(settings, "/health/ready");
        if (answer.isPresent()) {
            return answer.get() == 200
                    ? Finding.good("port", settings.port() + ": a TraceMem server answers and is ready")
                    : Finding.broken(
                            "port",
                            settings.port() + ": something answers, but not as a TraceMem server that is ready.",
                            "Read that server's log, or set TRACEMEM_PORT to another port.");
        }
        try {
            Ports.requireFree(settings.bindAddress(), settings.port());
            return Finding.good("port", settings.port() + " on " + settings.bindAddress() + " is free");
        } catch (StartFailure taken) {
            return Finding.broken("port", settings.port() + " is taken.", String.valueOf(taken.getMessage()));
        }
    }

    /** The status that a server on our port answers with; empty when nobody does. */
    static Optional<Integer> health(ServerSettings settings, String path) {
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(ANSWER_LIMIT).build()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + settings.port() + path))
                    .timeout(ANSWER_LIMIT)
                    .build();
            HttpResponse<Void> answer = client.send(request, BodyHandlers.discarding());
            return Optional.of(answer.statusCode());
        } catch (IOException nobody) {
            return Optional.empty();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
