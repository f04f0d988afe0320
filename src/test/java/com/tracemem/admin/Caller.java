package com.tracemem.admin;

import com.tracemem.identity.AccessTokens;
import com.tracemem.identity.Role;
import com.tracemem.identity.Tenant;
import com.tracemem.identity.User;
import com.tracemem.identity.UserPrincipal;
import com.tracemem.identity.Users;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Somebody who calls the REST door over HTTP, with an access token or without. */
final class Caller {
    static final JsonMapper JSON = JsonMapper.builder().build();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final String url;
    private final @Nullable String authorization;
    private final @Nullable User user;

    private Caller(String url, @Nullable String authorization, @Nullable User user) {
        this.url = url;
        this.authorization = authorization;
        this.user = user;
    }

    static Caller nobody(AdminServer server) {
        return new Caller(server.url(), null, null);
    }

    static Caller with(AdminServer server, String authorization) {
        return new Caller(server.url(), authorization, null);
    }

    /** A new user of the tenant with this role, logged in. */
    static Caller of(AdminServer server, Tenant tenant, Role role) {
        String email = role.wireName() + "-" + System.nanoTime() + "@example.org";
        User user = server.room(Users.class).create(tenant.tenantId(), email, "A " + role.wireName(), role, null);
        String token = server.room(AccessTokens.class)
                .issue(new UserPrincipal(user.tenantId(), user.userId(), user.email(), user.name(), user.role()));
        return new Caller(server.url(), "Bearer " + token, user);
    }

    User user() {
        if (user == null) {
            throw new IllegalStateException("Nobody is logged in");
        }
        return user;
    }

    /** An answer. */
    record Answer(int status, JsonNode json, String text, HttpResponse<String> http) {
        String header(String name) {
            return http.headers().firstValue(name).orElse("");
        }

        /** The fields that the errors name. */
        List<String> wrongFields() {
            List<String> fields = new ArrayList<>();
            json.path("errors").forEach(error -> fields.add(error.path("field").asString()));
            return fields;
        }
    }

    Answer get(String path) {
        return call("GET", path, null);
    }

    Answer post(String path, String body, String... headers) {
        return call("POST", path, body, headers);
    }

    Answer call(String method, String path, @Nullable String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(Duration.ofSeconds(30))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        if (body != null) {
            request.setHeader("Content-Type", "application/json");
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        try {
            HttpResponse<String> answer = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
            String text = answer.body();
            JsonNode json = text.startsWith("{") ? JSON.readTree(text) : JSON.createObjectNode();
            return new Answer(answer.statusCode(), json, text, answer);
        } catch (IOException failure) {
            throw new IllegalStateException(method + " " + path, failure);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopping);
        }
    }
}
