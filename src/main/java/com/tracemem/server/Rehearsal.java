package com.tracemem.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** Calls that touch the code which every ordinary day touches. */
final class Rehearsal {
    private Rehearsal() {}

    static void play(Server server) throws IOException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (String path : new String[] {"/health/live", "/health/ready", "/metrics", "/dashboard"}) {
                client.send(
                        HttpRequest.newBuilder(URI.create(server.settings().url(path)))
                                .build(),
                        BodyHandlers.ofString());
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }
}
