package com.tracemem.server;

import com.tracemem.policy.PolicyWarmUp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a node that starts meet what strangers may send before they do: what has never run is slow, and a hostile text
 * would take all the longer to be refused.
 */
final class WarmUp {
    private static final Logger log = LoggerFactory.getLogger(WarmUp.class);
    private static final Duration CALL_LIMIT = Duration.ofSeconds(2);
    private static final int CALLS = 3;
    /** Of every hostile text. */
    private static final int ROUNDS = 2;

    private WarmUp() {}

    /** What reads and checks policies, while the rooms are connected. Complete, also when it failed, before HTTP opens. */
    static CompletableFuture<Void> begin() {
        CompletableFuture<Void> begun = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("warm-up").start(() -> {
            try {
                PolicyWarmUp.begin();
            } finally {
                begun.complete(null);
            }
        });
        return begun;
    }

    /** The doors, with calls that are refused, and the policies once more: beside what the node does. */
    static void goOn(ServerSettings settings) {
        Thread.ofPlatform().daemon().name("warm-up").start(() -> {
            doors(settings);
            PolicyWarmUp.run(ROUNDS);
        });
    }

    private static void doors(ServerSettings settings) {
        InetAddress bound = Ports.address(settings.bindAddress());
        String host = bound.isAnyLocalAddress()
                ? "127.0.0.1"
                : bound.getHostAddress().indexOf(':') < 0 ? bound.getHostAddress() : "[" + bound.getHostAddress() + "]";
        URI here = URI.create("http://" + host + ":" + settings.port());
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            for (int call = 0; call < CALLS; call++) {
                for (String path : List.of("/mcp", "/v1/auth/login", "/v1/admin/policies")) {
                    HttpRequest refused = HttpRequest.newBuilder(here.resolve(path))
                            .header("Content-Type", "application/json")
                            .timeout(CALL_LIMIT)
                            .POST(BodyPublishers.ofString("{}"))
                            .build();
                    client.send(refused, BodyHandlers.discarding());
                }
            }
        } catch (IOException unheard) {
            log.debug("The node did not answer itself");
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }
}
