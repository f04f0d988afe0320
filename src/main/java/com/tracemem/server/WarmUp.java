package com.tracemem.server;

import com.tracemem.identity.AccessTokens;
import com.tracemem.identity.Role;
import com.tracemem.identity.UserPrincipal;
import com.tracemem.policy.PolicyWarmUp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.json.JsonMapper;

/**
 * Lets a node that just started meet what its first callers would: code runs many times slower the first time, and a hostile
 * text takes its time from everybody else. Changes nothing and lets nobody in: every request is refused.
 */
final class WarmUp {
    private static final Logger log = LoggerFactory.getLogger(WarmUp.class);
    /** Of every hostile text. */
    private static final int ROUNDS = 2;

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);
    /** No tenant and no user have these ids, so that a token of theirs is read, looked up, and refused. */
    private static final UserPrincipal NOBODY = new UserPrincipal("none", "none", "", "", Role.AUDITOR);

    private WarmUp() {}

    /** In the background: the start is over. */
    static void start(Server server) {
        AccessTokens tokens = server.room(AccessTokens.class);
        RequestMappingHandlerMapping mapping = server.room(RequestMappingHandlerMapping.class);
        JsonMapper json = server.room(JsonMapper.class);
        Thread.ofPlatform().daemon().name("warm-up").start(() -> run(server.settings(), tokens, mapping, json));
    }

    private static void run(
            ServerSettings settings, AccessTokens tokens, RequestMappingHandlerMapping mapping, JsonMapper json) {
        try {
            requests(settings, tokens);
        } catch (IOException notReached) {
            log.debug("The node could not call itself, so its first callers wait a little longer", notReached);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return;
        }
        answers(mapping, json);
        PolicyWarmUp.run(ROUNDS);
    }

    /** The status of each answer. */
    static List<Integer> requests(ServerSettings settings, AccessTokens tokens)
            throws IOException, InterruptedException {
        URI base = base(settings);
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            return List.of(
                    status(client, request(base, "/v1/auth/login").POST(BodyPublishers.ofString("{}"))),
                    status(client, request(base, "/v1/me").header("Authorization", "Bearer " + tokens.issue(NOBODY))));
        }
    }

    /** Finds out how every answer is written as JSON, which takes longer than to write it. */
    private static void answers(RequestMappingHandlerMapping mapping, JsonMapper json) {
        for (HandlerMethod handler : mapping.getHandlerMethods().values()) {
            json.writerFor(json.constructType(handler.getReturnType().getGenericParameterType()));
        }
    }

    private static URI base(ServerSettings settings) throws IOException {
        InetAddress bound = Ports.address(settings.bindAddress());
        String host =
                bound.isAnyLocalAddress() ? InetAddress.getLoopbackAddress().getHostAddress() : bound.getHostAddress();
        try {
            // puts an IPv6 address into brackets
            return new URI("http", null, host, settings.port(), "/", null, null);
        } catch (URISyntaxException unusable) {
            throw new IOException("No URL with the host " + host, unusable);
        }
    }

    private static HttpRequest.Builder request(URI base, String path) {
        return HttpRequest.newBuilder(base.resolve(path))
                .timeout(ANSWER_LIMIT)
                .header("Content-Type", "application/json");
    }

    private static int status(HttpClient client, HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.discarding()).statusCode();
    }
}
