package com.tracemem;

import com.tracemem.identity.AgentPermissions;
import com.tracemem.identity.Role;
import com.tracemem.product.Connector;
import com.tracemem.product.TestPostgres;
import com.tracemem.server.TestServer;
import com.tracemem.server.TestServer.Account;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A tenant with one of everything, and a second agent that has its own. */
final class Stranger {
    /** Every agent opens a decision under the same key. */
    static final String IDEMPOTENCY_KEY = "the same for everyone";

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    final Client owner;
    final Client agent;
    final Ids ids;
    /** A decision for which nothing has been asked yet. */
    final String open;
    /** What the second agent has. */
    final Ids sibling;

    /** Ids by what they name: {@code agent}, {@code key}, … */
    record Ids(Map<String, String> all) {
        private static final String ULID = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

        /** Well-formed, and nobody's. */
        static Ids unknown() {
            return new Ids(Map.ofEntries(
                    Map.entry("agent", "agent_" + ULID),
                    Map.entry("key", "key_" + ULID),
                    Map.entry("user", "usr_" + ULID),
                    Map.entry("integration", "int_" + ULID),
                    Map.entry("delivery", "dlv_" + ULID),
                    Map.entry("credential", "cred_" + ULID),
                    Map.entry("route", "route_nobodys"),
                    Map.entry("policy", "policy_nobodys"),
                    Map.entry("connector", "conn_" + ULID),
                    Map.entry("product", "product_nobodys"),
                    Map.entry("decision", "TMEM_" + ULID),
                    Map.entry("approval", "appr_" + ULID)));
        }

        String of(String name) {
            return Objects.requireNonNull(all.get(name), name);
        }

        /** The text with each {@code <name>} replaced by the id. */
        String in(String text) {
            String filled = text;
            for (Map.Entry<String, String> id : all.entrySet()) {
                filled = filled.replace("<" + id.getKey() + ">", id.getValue());
            }
            return filled;
        }

        /** The reverse, so that answers about different ids can be compared. */
        String hidden(String text) {
            String hidden = text;
            for (Map.Entry<String, String> id : all.entrySet()) {
                hidden = hidden.replace(id.getValue(), "<" + id.getKey() + ">");
            }
            return hidden;
        }
    }

    Stranger(TestServer server, Account account) {
        owner = new Client(server.baseUrl(), "Bearer " + account.adminToken());
        agent = new Client(server.baseUrl(), "Agent " + account.agentKey());
        Map<String, String> own = new LinkedHashMap<>();
        own.put("agent", account.agentId());
        own.put("key", text(owner.json("GET /v1/admin/agents/" + account.agentId() + "/keys", ""), "/items/0/key_id"));
        String email = "second@" + account.tenantId() + ".example";
        String user = server.user(account, email, Role.APPROVER);
        own.put("user", text(new Client(server.baseUrl(), "Bearer " + user).json("GET /v1/me", ""), "/user/user_id"));
        own.put(
                "integration",
                text(
                        owner.json(
                                "POST /v1/admin/integrations/webhook",
                                "{\"name\": \"hook\", \"url\": \"https://approvals.invalid/hook\"}"),
                        "/webhook_id"));
        own.put(
                "route",
                text(
                        owner.json(
                                "POST /v1/admin/approval-routes",
                                "{\"name\": \"r %s\", \"integration_id\": \"%s\"}"
                                        .formatted(account.tenantId(), own.get("integration"))),
                        "/approval_route_id"));
        String policy = "policy_" + account.tenantId().toLowerCase(Locale.ROOT);
        own.put("policy", policy);
        String document =
                "{\"policy_id\": \"%s\", \"inputs\": {\"type\": \"object\"}, \"rules\": [], \"default\": \"allow\"}"
                        .formatted(policy);
        owner.call("POST /v1/admin/policies", document);
        owner.call("POST /v1/admin/policies/" + policy + "/publish", "");
        owner.call("POST /v1/admin/policies", document);
        own.putAll(product(owner, account.tenantId()));
        own.putAll(pending(agent, Objects.requireNonNull(own.get("route"))));
        JsonNode credential = owner.json("POST /v1/admin/webhook-credentials", "{\"name\": \"answers\"}");
        own.put("credential", text(credential, "/credential_id"));
        String deliveries = "GET /v1/admin/integrations/" + own.get("integration") + "/deliveries";
        own.put("delivery", text(owner.json(deliveries, ""), "/items/0/delivery_id"));
        ids = new Ids(own);
        open = text(
                agent.result("decision_create", "{\"intent\": \"x\", \"automation_mode\": \"propose\"}"),
                "/decision_id");

        String second = server.agent(account, "second", AgentPermissions.everything());
        Client secondAgent = new Client(server.baseUrl(), "Agent " + second);
        Map<String, String> other = new LinkedHashMap<>(own);
        other.putAll(pending(secondAgent, ids.of("route")));
        String id = text(owner.json("GET /v1/decisions/" + other.get("decision"), ""), "/agent_id");
        other.put("agent", id);
        other.put("key", text(owner.json("GET /v1/admin/agents/" + id + "/keys", ""), "/items/0/key_id"));
        sibling = new Ids(other);
    }

    private static Map<String, String> product(Client owner, String tenantId) {
        TestPostgres database = TestPostgres.create();
        database.execute("create table things (id int primary key)");
        Connector.Settings settings = database.settings();
        String connector = text(
                owner.json("POST /v1/admin/connectors", """
                        {"name": "things", "type": "postgresql", "host": "%s", "port": %d, "database": "%s",
                         "username": "%s", "password": "%s", "tls": "none"}""".formatted(
                                settings.host(),
                                settings.port(),
                                settings.database(),
                                settings.username(),
                                TestPostgres.PASSWORD)),
                "/connector_id");
        String product = "product_" + tenantId.toLowerCase(Locale.ROOT);
        owner.json("POST /v1/admin/products", """
                {"product_id": "%s", "name": "Things", "connector_id": "%s", "operation": "read",
                 "source": {"table": "things"}, "fields": ["id"], "purposes": ["x"]}""".formatted(product, connector));
        return Map.of("connector", connector, "product", product);
    }

    private static Map<String, String> pending(Client agent, String route) {
        JsonNode decision = agent.result(
                "decision_create",
                "{\"intent\": \"x\", \"automation_mode\": \"propose\", \"idempotency_key\": \"%s\"}"
                        .formatted(IDEMPOTENCY_KEY));
        String decisionId = text(decision, "/decision_id");
        JsonNode approval = agent.result(
                "decision_request_approval",
                "{\"decision_id\": \"%s\", \"title\": \"t\", \"approval_route_id\": \"%s\"}"
                        .formatted(decisionId, route));
        return Map.of("decision", decisionId, "approval", text(approval, "/approval_id"));
    }

    /** All that the tenant's owner can read and nobody else should change, by where it is read. */
    Map<String, String> everything() {
        Map<String, String> read = new TreeMap<>();
        for (String call : new String[] {
            "GET /v1/admin/agents",
            "GET /v1/admin/agents/<agent>/keys",
            "GET /v1/admin/users",
            "GET /v1/admin/settings",
            "GET /v1/admin/approval-routes",
            "GET /v1/admin/webhook-credentials",
            "GET /v1/admin/connectors",
            "GET /v1/admin/connectors/<connector>/schema",
            "GET /v1/admin/products",
            "GET /v1/admin/products/<product>/versions",
            "GET /v1/admin/policies",
            "GET /v1/admin/policies/<policy>/draft",
            "GET /v1/approvals/<approval>",
            "GET /v1/decisions/<decision>",
        }) {
            // when a key was last used is noted a little later, and a delivery goes on by itself
            String answer = owner.call(ids.in(call), "")
                    .replaceAll(",\"last_used_at\":\"[^\"]*\"", "")
                    .replaceAll("\"event_count\":\\d+", "")
                    .replaceAll("\"delivery\":\\{[^}]*}", "");
            read.put(call, answer);
        }
        JsonNode integration = owner.json(ids.in("GET /v1/admin/integrations/<integration>"), "");
        read.put("integration", text(integration, "/name") + integration.at("/config"));
        return read;
    }

    private static String text(JsonNode json, String pointer) {
        JsonNode value = json.at(pointer);
        if (!value.isString()) {
            throw new AssertionError("No " + pointer + " in " + json);
        }
        return value.stringValue();
    }

    /** Calls with one credential; answers are the status and the body. */
    record Client(URI server, String authorization) {

        /** @param call method and path */
        String call(String call, String body) {
            HttpResponse<String> answer = send(call.replaceFirst("^ANY ", "GET "), body.isEmpty() ? null : body);
            return answer.statusCode() + " " + answer.body();
        }

        JsonNode json(String call, String body) {
            return JSON.readTree(send(call, body.isEmpty() ? null : body).body());
        }

        String tool(String name, String arguments) {
            HttpResponse<String> answer = send(
                    "POST /mcp",
                    "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"tools/call\", \"params\": {\"name\": \"%s\", \"arguments\": %s}}"
                            .formatted(name, arguments));
            return answer.statusCode() + " " + answer.body();
        }

        JsonNode result(String tool, String arguments) {
            return JSON.readTree(tool(tool, arguments).substring(4)).at("/result/structuredContent");
        }

        Set<String> tools() {
            Set<String> names = new TreeSet<>();
            JSON.readTree(send("POST /mcp", "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"tools/list\"}")
                            .body())
                    .at("/result/tools")
                    .forEach(tool -> names.add(text(tool, "/name")));
            return names;
        }

        private HttpResponse<String> send(String call, @Nullable String body) {
            String[] parts = call.split(" ", 2);
            HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(parts[1]))
                    .timeout(Duration.ofSeconds(30))
                    .header("Authorization", authorization)
                    .header("Content-Type", "application/json")
                    .method(
                            parts[0],
                            body == null || parts[0].equals("GET")
                                    ? HttpRequest.BodyPublishers.noBody()
                                    : HttpRequest.BodyPublishers.ofString(body));
            try {
                return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
            } catch (IOException failure) {
                throw new IllegalStateException(call, failure);
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(stopping);
            }
        }
    }
}
