package com.tracemem.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.approval.Answer;
import com.tracemem.approval.Approver;
import com.tracemem.approval.Verdict;
import com.tracemem.identity.Agent;
import com.tracemem.identity.AgentPermissions;
import com.tracemem.identity.ProductPermission;
import com.tracemem.policy.Policies;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What agents get when they do it right, over HTTP. */
class McpToolsTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z";
    private static final Approver HUMAN = new Approver("usr_1", "Ann", "ann@example.com", null, "api");

    private static TestDoor door;
    private static Agent agent;
    private static String key;
    private static JsonNode tools;
    private HttpCaller http;

    @BeforeAll
    static void open() throws IOException {
        door = TestDoor.open();
        door.route(door.tenant, TestDoor.ROUTE);
        agent = door.agent(door.tenant, AgentPermissions.everything());
        key = door.key(agent).apiKey();
        try (HttpCaller caller = door.caller()) {
            tools = rpc(caller, "tools/list", Map.of()).get("tools");
        }
    }

    @AfterAll
    static void close() {
        door.close();
    }

    @BeforeEach
    void connect() {
        http = door.caller();
    }

    @AfterEach
    void disconnect() throws IOException {
        http.close();
    }

    private static JsonNode rpc(HttpCaller caller, String method, Object params) throws IOException {
        String request = JSON.writeValueAsString(Map.of("jsonrpc", "2.0", "id", 1, "method", method, "params", params));
        HttpCaller.Answer answer = caller.post(key, request);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        JsonNode json = answer.json();
        assertThat(json.propertyNames()).as(answer.body()).containsExactly("jsonrpc", "id", "result");
        assertThat(json.get("id").intValue()).isEqualTo(1);
        return json.get("result");
    }

    /** Calls a tool, and checks that both forms of the answer are the same and as the tool's schema says. */
    private JsonNode call(String tool, Object... namesAndValues) throws IOException {
        JsonNode result = rpc(http, "tools/call", Map.of("name", tool, "arguments", map(namesAndValues)));
        assertThat(result.get("content")).hasSize(1);
        assertThat(result.at("/content/0/type").stringValue()).isEqualTo("text");
        JsonNode structured = result.get("structuredContent");
        assertThat(JSON.readTree(result.at("/content/0/text").stringValue())).isEqualTo(structured);
        checkSchema(definition(tool).get("outputSchema"), structured, tool);
        return structured;
    }

    private static JsonNode definition(String tool) {
        return tools.valueStream()
                .filter(one -> one.get("name").stringValue().equals(tool))
                .findFirst()
                .orElseThrow();
    }

    /** Required fields are there, and those that are there have the right type and a description. */
    private static void checkSchema(JsonNode schema, JsonNode value, String path) {
        JsonNode properties = schema.get("properties");
        if (properties == null) {
            return;
        }
        if (schema.has("required")) {
            schema.get("required")
                    .forEach(name -> assertThat(value.has(name.stringValue()))
                            .as(path + "." + name)
                            .isTrue());
        }
        boolean isEvent = properties.has("event_type");
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            JsonNode type = properties.get(field.getKey());
            if (type == null && isEvent) {
                continue;
            }
            assertThat(type).as(path + "." + field.getKey()).isNotNull();
            check(type, field.getValue(), path + "." + field.getKey());
        }
    }

    private static void check(JsonNode type, JsonNode value, String path) {
        switch (type.get("type").stringValue()) {
            case "string" -> assertThat(value.isString()).as(path).isTrue();
            case "integer" -> assertThat(value.isIntegralNumber()).as(path).isTrue();
            case "boolean" -> assertThat(value.isBoolean()).as(path).isTrue();
            case "object" -> {
                assertThat(value.isObject()).as(path).isTrue();
                checkSchema(type, value, path);
            }
            case "array" -> value.forEach(item -> check(type.get("items"), item, path + "[]"));
            default -> throw new AssertionError(path);
        }
        if (type.has("enum")) {
            assertThat(type.get("enum").valueStream().map(JsonNode::stringValue))
                    .as(path)
                    .contains(value.stringValue());
        }
        if (type.has("format")) {
            assertThat(value.stringValue()).as(path).matches(TIME);
        }
    }

    private static Map<String, Object> map(Object... namesAndValues) {
        Map<String, Object> map = new java.util.LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }

    private String newDecision(String mode) throws IOException {
        return call("decision_create", "intent", "discount.apply", "automation_mode", mode)
                .get("decision_id")
                .stringValue();
    }

    private static void answer(String approvalId, Verdict verdict, @Nullable String rationale) {
        var ignored = door.approvals.answer(new Answer(door.tenant, approvalId, verdict, HUMAN, rationale, null));
    }

    private static List<String> names(JsonNode object) {
        return new ArrayList<>(object.propertyNames());
    }

    @Test
    void handshake() throws IOException {
        for (String version : List.of("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")) {
            assertThat(rpc(http, "initialize", Map.of("protocolVersion", version))
                            .get("protocolVersion")
                            .stringValue())
                    .isEqualTo(version);
        }
        for (Object version : List.of("2023-01-01", 5, "")) {
            assertThat(rpc(http, "initialize", Map.of("protocolVersion", version))
                            .get("protocolVersion")
                            .stringValue())
                    .isEqualTo("2025-11-25");
        }
        JsonNode result = rpc(http, "initialize", Map.of());
        assertThat(result.at("/serverInfo/name").stringValue()).isEqualTo("tracemem");
        assertThat(result.at("/serverInfo/version").stringValue()).isEqualTo("9.8.7");
        assertThat(result.at("/capabilities/tools").isObject()).isTrue();
        assertThat(result.get("instructions").stringValue()).contains("decision_create", "wait_seconds");
        assertThat(rpc(http, "ping", Map.of())).isEmpty();
    }

    @Test
    void notificationsHaveNoAnswer() throws IOException {
        for (String more : List.of("", ",\"params\":{}", ",\"id\":5")) {
            HttpCaller.Answer answer =
                    http.post(key, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"" + more + "}");
            assertThat(answer.status()).isEqualTo(202);
            assertThat(answer.body()).isEmpty();
        }
    }

    @Test
    void idsComeBackAsTheyWere() throws IOException {
        for (String id : List.of("1", "-7", "\"x\"", "\"\"", "12345678901234567890", "1.5", "\"a\\\"\\u0000\\né😀\"")) {
            String body = http.post(key, "{\"id\":" + id + ",\"method\":\"ping\",\"jsonrpc\":\"2.0\"}")
                    .body();
            assertThat(JSON.readTree(body).get("id")).isEqualTo(JSON.readTree(id));
        }
    }

    @Test
    void toolsAreListedInOrderAndInFull() throws IOException {
        assertThat(tools.valueStream().map(tool -> tool.get("name").stringValue()))
                .containsExactly(
                        "decision_create",
                        "decision_get",
                        "decision_add_context",
                        "decision_evaluate",
                        "decision_read",
                        "decision_request_approval",
                        "decision_write",
                        "decision_close",
                        "decision_trace",
                        "products_list",
                        "product_get",
                        "capabilities_get");
        for (JsonNode tool : tools) {
            assertThat(tool.propertyNames())
                    .containsExactly("name", "title", "description", "inputSchema", "outputSchema", "annotations");
            assertThat(tool.get("annotations").propertyNames())
                    .containsExactly("title", "readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint");
            for (String schema : List.of("inputSchema", "outputSchema")) {
                assertThat(tool.get(schema).get("type").stringValue()).isEqualTo("object");
                tool.get(schema)
                        .get("properties")
                        .forEach(field -> assertThat(field.get("description").stringValue())
                                .isNotBlank());
            }
        }
        assertThat(definition("decision_get").at("/annotations/readOnlyHint").booleanValue())
                .isTrue();
        assertThat(definition("decision_close")
                        .at("/annotations/destructiveHint")
                        .booleanValue())
                .isTrue();
        assertThat(definition("decision_create")
                        .at("/inputSchema/required")
                        .valueStream()
                        .map(JsonNode::stringValue))
                .containsExactly("intent", "automation_mode");
        assertThat(rpc(http, "tools/list", Map.of()).get("tools")).isEqualTo(tools);
    }

    @Test
    void fromOpenToApprovedToCommitted()
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        JsonNode created = call(
                "decision_create", "intent", "discount.apply", "automation_mode", "approve", "actor", "pricing bot");
        assertThat(names(created)).containsExactly("decision_id", "status", "created_at");
        String id = created.get("decision_id").stringValue();
        assertThat(id).matches("TMEM_[0-9A-HJKMNP-TV-Z]{26}");
        assertThat(created.get("status").stringValue()).isEqualTo("open");

        JsonNode open = call("decision_get", "decision_id", id);
        assertThat(names(open))
                .containsExactly(
                        "decision_id",
                        "intent",
                        "status",
                        "automation_mode",
                        "actor",
                        "created_at",
                        "approval_required",
                        "event_count");
        assertThat(open.get("approval_required").booleanValue()).isTrue();
        assertThat(open.get("actor").stringValue()).isEqualTo("pricing bot");

        JsonNode added =
                call("decision_add_context", "decision_id", id, "context", Map.of("tier", "gold"), "summary", "Gold");
        assertThat(names(added)).containsExactly("event_id", "timestamp");

        JsonNode asked = call(
                "decision_request_approval",
                "decision_id",
                id,
                "title",
                "25 %",
                "description",
                "Please",
                "approval_route_id",
                TestDoor.ROUTE);
        assertThat(names(asked))
                .containsExactly("approval_id", "status", "delivery", "decision_id", "approval_route_id", "expires_at");
        assertThat(asked.get("delivery").toString())
                .isEqualTo("{\"status\":\"pending\",\"note\":\"Approval will be delivered by worker service\"}");
        assertThat(asked.get("status").stringValue()).isEqualTo("pending");
        String approvalId = asked.get("approval_id").stringValue();

        JsonNode waiting = call("decision_get", "decision_id", id);
        assertThat(waiting.get("status").stringValue()).isEqualTo("needs_approval");
        assertThat(waiting.get("approval_status").stringValue()).isEqualTo("pending");
        assertThat(names(waiting.get("approval")))
                .containsExactly("approval_id", "status", "title", "expires_at", "delivery");

        CompletableFuture<JsonNode> woken = CompletableFuture.supplyAsync(() -> {
            try (HttpCaller second = door.caller()) {
                return rpc(
                                second,
                                "tools/call",
                                Map.of(
                                        "name",
                                        "decision_get",
                                        "arguments",
                                        map("decision_id", id, "wait_seconds", 55, "since_status", "needs_approval")))
                        .get("structuredContent");
            } catch (IOException failure) {
                throw new IllegalStateException(failure);
            }
        });
        answer(approvalId, Verdict.APPROVED, "Good customer");
        JsonNode approved = woken.get(10, TimeUnit.SECONDS);
        assertThat(approved.get("status").stringValue()).isEqualTo("approved");
        assertThat(approved.get("approval_required").booleanValue()).isFalse();
        assertThat(approved.at("/approval/rationale").stringValue()).isEqualTo("Good customer");
        assertThat(approved.at("/approval/approver/name").stringValue()).isEqualTo("Ann");
        assertThat(approved.at("/approval/resolved_at").stringValue()).matches(TIME);

        JsonNode closed =
                call("decision_close", "decision_id", id, "outcome", "commit", "summary", Map.of("done", true));
        assertThat(names(closed)).containsExactly("decision_id", "status", "closed_at");
        assertThat(closed.get("status").stringValue()).isEqualTo("committed");
        assertThat(call("decision_close", "decision_id", id, "action", "commit"))
                .isEqualTo(closed);
    }

    @Test
    void anApprovalThatRanOutIsSettledByWhoLooks() throws IOException {
        String id = newDecision("propose");
        call("decision_request_approval", "decision_id", id, "approval_route_id", TestDoor.ROUTE);
        door.runOut();
        JsonNode expired = call("decision_get", "decision_id", id);
        assertThat(expired.get("approval_status").stringValue()).isEqualTo("expired");
        assertThat(expired.get("status").stringValue()).isEqualTo("needs_approval");
        assertThat(expired.get("event_count").intValue()).isEqualTo(3);
    }

    @Test
    void afterARejectionTheClosingAbortSucceeds() throws IOException {
        String id = newDecision("propose");
        String approvalId = call("decision_request_approval", "decision_id", id, "approval_route_id", TestDoor.ROUTE)
                .get("approval_id")
                .stringValue();
        answer(approvalId, Verdict.REJECTED, "No");

        JsonNode rejected =
                call("decision_get", "decision_id", id, "wait_seconds", 5, "since_status", "needs_approval");
        assertThat(rejected.get("status").stringValue()).isEqualTo("aborted");
        assertThat(rejected.get("approval_status").stringValue()).isEqualTo("rejected");
        assertThat(call("decision_close", "decision_id", id, "action", "rollback", "reason", "Approval was rejected")
                        .get("status")
                        .stringValue())
                .isEqualTo("aborted");
    }

    @Test
    void waitingEndsWhenTheTimeIsOver() throws IOException {
        String id = newDecision("propose");
        long start = System.nanoTime();

        assertThat(call("decision_get", "decision_id", id, "wait_seconds", 1)
                        .get("status")
                        .stringValue())
                .isEqualTo("open");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(call("decision_get", "decision_id", id, "wait_seconds", 55.0, "since_status", "approved")
                        .get("status")
                        .stringValue())
                .isEqualTo("open");
    }

    @Test
    void theTraceIsCompleteAndChained() throws IOException {
        String id = call(
                        "decision_create",
                        "intent",
                        "a",
                        "automation_mode",
                        "propose",
                        "actor",
                        "somebody",
                        "metadata",
                        Map.of("status", "mine"))
                .get("decision_id")
                .stringValue();
        call(
                "decision_add_context",
                "decision_id",
                id,
                "payload",
                Map.of("hash", "not this", "seq", -1),
                "summary",
                "One");
        call("decision_close", "decision_id", id, "action", "abort", "reason", "Enough");

        JsonNode trace = call("decision_trace", "decision_id", id);
        assertThat(names(trace))
                .containsExactly(
                        "decision_id",
                        "intent",
                        "status",
                        "automation_mode",
                        "actor",
                        "created_at",
                        "closed_at",
                        "events");
        JsonNode events = trace.get("events");
        assertThat(events.valueStream().map(event -> event.get("type").stringValue()))
                .containsExactly("decision_created", "context", "close");
        assertThat(events.valueStream().map(event -> event.get("event_type").stringValue()))
                .containsExactly("decision_created", "context", "decision_closed");
        assertThat(events.valueStream().map(event -> event.get("decision_seq").intValue()))
                .containsExactly(1, 2, 3);
        assertThat(names(events.get(0)).subList(0, 7))
                .containsExactly("event_id", "seq", "decision_seq", "type", "event_type", "timestamp", "actor");
        assertThat(events.at("/0/actor/id").stringValue()).isEqualTo(agent.agentId());
        assertThat(events.at("/0/payload/actor").stringValue()).isEqualTo("somebody");
        assertThat(events.at("/0/intent").stringValue()).isEqualTo("a");
        assertThat(events.at("/1/context/hash").stringValue()).isEqualTo("not this");
        assertThat(events.at("/2/reason").stringValue()).isEqualTo("Enough");
        assertThat(events.get(0).has("previous_hash")).isFalse();
        for (int i = 0; i < 3; i++) {
            assertThat(HexFormat.of().parseHex(events.get(i).get("hash").stringValue()))
                    .hasSize(32);
            if (i > 0) {
                assertThat(events.get(i).get("previous_hash"))
                        .isEqualTo(events.get(i - 1).get("hash"));
            }
        }

        JsonNode first = call("decision_trace", "decision_id", id, "limit", 1);
        assertThat(first.get("events")).hasSize(1);
        assertThat(first.get("next_after_seq")).isEqualTo(events.get(0).get("seq"));
        JsonNode rest = call("decision_trace", "decision_id", id, "limit", 2, "after_seq", first.get("next_after_seq"));
        assertThat(rest.get("events")).hasSize(2);
        assertThat(rest.has("next_after_seq")).isFalse();
    }

    @Test
    void aLongTraceIsGivenInPages() throws IOException {
        String id = newDecision("propose");
        String large = "x".repeat(60_000);
        for (int i = 0; i < 25; i++) {
            call("decision_add_context", "decision_id", id, "context", Map.of("large", large, "number", i));
        }
        List<Integer> numbers = new ArrayList<>();
        JsonNode page = call("decision_trace", "decision_id", id);
        int pages = 1;
        while (true) {
            page.get("events").forEach(event -> {
                if (event.has("context")) {
                    numbers.add(event.at("/context/number").intValue());
                }
            });
            if (!page.has("next_after_seq")) {
                break;
            }
            page = call("decision_trace", "decision_id", id, "after_seq", page.get("next_after_seq"));
            pages++;
        }
        assertThat(pages).isEqualTo(2);
        assertThat(numbers).isEqualTo(IntStream.range(0, 25).boxed().toList());
    }

    @Test
    void unknownArgumentsAreNamedAndAliasesAreNot() throws IOException {
        String id = newDecision("propose");

        JsonNode answer = call(
                "decision_add_context",
                "decision_id",
                id,
                "context",
                Map.of("a", 1),
                "payload",
                Map.of("b", 2),
                "urgency",
                9);
        assertThat(answer.get("warnings").valueStream().map(JsonNode::stringValue))
                .containsExactly(
                        "'payload' was ignored because 'context' is there", "Unknown argument 'urgency' was ignored");
        assertThat(call("decision_trace", "decision_id", id)
                        .at("/events/1/context")
                        .toString())
                .isEqualTo("{\"a\":1}");
        assertThat(call("decision_add_context", "decision_id", id, "context", "", "payload", Map.of("b", 2))
                        .has("warnings"))
                .isFalse();
    }

    @Test
    void theSameIdempotencyKeyGivesTheSameDecision() throws IOException {
        JsonNode first = call("decision_create", "intent", "a", "automation_mode", "propose", "idempotency_key", "k-1");

        assertThat(call("decision_create", "intent", "a", "automation_mode", "propose", "idempotency_key", "k-1"))
                .isEqualTo(first);
    }

    @Test
    void anotherAgentsDecisionIsNotFound() throws IOException {
        String id = newDecision("propose");
        String otherAgent = door.apiKey(AgentPermissions.everything());
        String otherTenant = door.newTenant();
        String stranger =
                door.key(door.agent(otherTenant, AgentPermissions.everything())).apiKey();
        for (String foreign : List.of(otherAgent, stranger)) {
            for (String tool : List.of(
                    "decision_get",
                    "decision_add_context",
                    "decision_request_approval",
                    "decision_close",
                    "decision_trace")) {
                String request = JSON.writeValueAsString(Map.of(
                        "jsonrpc",
                        "2.0",
                        "id",
                        1,
                        "method",
                        "tools/call",
                        "params",
                        Map.of(
                                "name",
                                tool,
                                "arguments",
                                Map.of("decision_id", id, "context", Map.of(), "action", "abort"))));
                HttpCaller.Answer answer = http.post(foreign, request);
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.json().at("/error/data").stringValue()).isEqualTo("Decision not found");
            }
        }
        assertThat(call("decision_get", "decision_id", id).get("event_count").intValue())
                .isEqualTo(1);
    }

    @Test
    void capabilities() throws IOException {
        JsonNode all = call("capabilities_get");
        assertThat(names(all))
                .containsExactly("agent_id", "name", "permissions", "approval_routes", "policies", "tools", "server");
        assertThat(all.get("agent_id").stringValue()).isEqualTo(agent.agentId());
        assertThat(all.at("/permissions/policies/0").stringValue()).isEqualTo("*");
        assertThat(all.at("/approval_routes/0/approval_route_id").stringValue()).isEqualTo(TestDoor.ROUTE);
        assertThat(all.get("tools").valueStream()).contains(JSON.readTree("\"capabilities_get\""));
        assertThat(all.at("/server/version").stringValue()).isEqualTo("9.8.7");

        String limited = door.apiKey(new AgentPermissions(
                false, List.of(new ProductPermission("orders", List.of("support"))), List.of(), List.of("*")));
        JsonNode few = capabilities(limited);
        assertThat(few.get("approval_routes")).isEmpty();
        assertThat(few.at("/permissions/data_products").toString())
                .isEqualTo("[{\"product_id\":\"orders\",\"purposes\":[\"support\"]}]");
    }

    @Test
    void capabilitiesListTheFirstPoliciesThatTheAgentMayUseAndCountTheRest() throws IOException {
        String tenant = door.newTenant();
        String large = "# " + "x".repeat(40_000) + "\ninputs: {type: object}\nrules: []\ndefault: allow\n";
        for (int i = 10; i < 25; i++) {
            publish(tenant, "p" + i, large);
        }
        publish(tenant, "p99", "inputs: {type: object}\nrules: []\ndefault: allow\n");
        JsonNode everything = capabilities(tenant, AgentPermissions.everything());
        assertThat(everything
                        .get("policies")
                        .valueStream()
                        .map(policy -> policy.get("policy_id").stringValue()))
                .startsWith("p10", "p11")
                .hasSizeLessThan(13);
        assertThat(everything.get("policies_left_out").intValue())
                .isEqualTo(16 - everything.get("policies").size());
        JsonNode one = capabilities(tenant, new AgentPermissions(false, List.of(), List.of("p99", "p100"), List.of()));
        assertThat(one.get("policies")
                        .valueStream()
                        .map(policy -> policy.get("policy_id").stringValue()))
                .containsExactly("p99");
        assertThat(one.has("policies_left_out")).isFalse();
    }

    @Test
    void capabilitiesListARouteHoweverManyOthersThereAre() throws IOException {
        String tenant = door.newTenant();
        for (int i = 100; i <= 300; i++) {
            door.route(tenant, "route_" + i);
        }
        JsonNode last = capabilities(
                tenant, new AgentPermissions(true, List.of(), List.of(), List.of("route_300", "route_301")));
        assertThat(last.get("approval_routes")
                        .valueStream()
                        .map(route -> route.get("approval_route_id").stringValue()))
                .containsExactly("route_300");
    }

    private static void publish(String tenant, String policyId, String rest) {
        door.policies.saveDraft(tenant, "policy_id: " + policyId + "\n" + rest, "test");
        assertThat(door.policies.publish(tenant, policyId, "test")).isInstanceOf(Policies.Published.Done.class);
    }

    private JsonNode capabilities(String tenant, AgentPermissions permissions) throws IOException {
        return capabilities(door.key(door.agent(tenant, permissions)).apiKey());
    }

    private JsonNode capabilities(String apiKey) throws IOException {
        return http.post(
                        apiKey,
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"capabilities_get\"}}")
                .json()
                .at("/result/structuredContent");
    }
}
