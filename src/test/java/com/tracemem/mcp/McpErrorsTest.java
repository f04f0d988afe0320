package com.tracemem.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.identity.AgentPermissions;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.identity.NewAgentKey;
import com.tracemem.mcp.tool.Arguments;
import com.tracemem.mcp.tool.Schema;
import com.tracemem.mcp.tool.Tool;
import com.tracemem.mcp.tool.ToolDefinition;
import com.tracemem.trace.Outcome;
import com.tracemem.trace.Refusal;
import io.github.bucket4j.TimeMeter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Every row of the documented table of errors, over HTTP. */
class McpErrorsTest {
    private static final String INVALID = "Invalid Request";
    private static final String INTERNAL = "Internal error";

    private static TestDoor door;
    private static String key;
    private HttpCaller http;

    /** A tool whose call does what a test wants. */
    private record Played(String name, Supplier<Outcome<ObjectNode>> call) implements Tool {
        @Override
        public ToolDefinition definition() {
            return new ToolDefinition(name, name, name, Schema.of(), Schema.of(), ToolDefinition.Hints.READS);
        }

        @Override
        public Outcome<ObjectNode> call(AgentPrincipal agent, Arguments arguments) {
            return call.get();
        }
    }

    /** A request body and the one answer that is right. */
    record Row(String body, int status, int code, String message, String data) {
        @Override
        public String toString() {
            return body.length() < 150 ? body : body.substring(0, 150) + "…";
        }
    }

    @BeforeAll
    static void open() {
        door = TestDoor.open(
                McpSettings.of(0, "https://tracemem.example.com/"),
                TimeMeter.SYSTEM_NANOTIME,
                new Played("played_fault", () -> {
                    throw new IllegalStateException("secret detail of com.tracemem.Something");
                }),
                new Played("played_overload", () -> Outcome.refused(Refusal.Code.OVERLOADED, "Too much is waiting")),
                new Played(
                        "played_approval",
                        () -> Outcome.refused(Refusal.Code.APPROVAL_REQUIRED, "Approval is required: ask first")));
        door.route(door.tenant, TestDoor.ROUTE);
        key = door.apiKey(AgentPermissions.everything());
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

    static Stream<Row> table() {
        List<Row> rows = new ArrayList<>();
        // not JSON
        rows.add(parse("{\"jsonrpc\":\"2.0\",", "The JSON ends too early at line 1, column 18"));
        rows.add(parse("{\"jsonrpc\":\n  nonsense}", "The body is not valid JSON at line 2, column 3"));
        rows.add(parse("", "The body is empty: send a JSON-RPC 2.0 request as a JSON object"));
        rows.add(parse("  \n", "The body is empty: send a JSON-RPC 2.0 request as a JSON object"));
        rows.add(parse("{} {}", "Something follows the JSON value at line 1, column 4: send one value"));
        rows.add(parse(
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"ping\"}",
                "A name appears twice in one object at line 1, column 30: send each name once"));
        // not a JSON-RPC request
        rows.add(invalid("[]", "Batches are not supported: send one request at a time"));
        rows.add(invalid(
                "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]",
                "Batches are not supported: send one request at a time"));
        rows.add(invalid("7", "A request must be an object, not a number"));
        rows.add(invalid("null", "A request must be an object, not null"));
        rows.add(invalid("{\"id\":1,\"method\":\"ping\"}", "jsonrpc must be \"2.0\""));
        rows.add(invalid("{\"jsonrpc\":2.0,\"id\":1,\"method\":\"ping\"}", "jsonrpc must be \"2.0\""));
        rows.add(invalid("{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}", "jsonrpc must be \"2.0\""));
        rows.add(invalid("{\"jsonrpc\":\"2.0\",\"id\":1}", "method is required"));
        rows.add(invalid("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":5}", "method must be a string, not a number"));
        rows.add(invalid(
                "{\"jsonrpc\":\"2.0\",\"method\":\"ping\"}",
                "id is required: give every request a string or a number by which you will know the answer"));
        rows.add(invalid(
                "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}", "id must be a string or a number, not null"));
        rows.add(invalid(
                "{\"jsonrpc\":\"2.0\",\"id\":[1],\"method\":\"ping\"}",
                "id must be a string or a number, not an array"));
        rows.add(invalid(
                "{\"jsonrpc\":\"2.0\",\"id\":\"\\ud800\",\"method\":\"ping\"}",
                "id is not well-formed Unicode (a lone surrogate): send valid UTF-8"));
        rows.add(invalid(
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":[]}",
                "params must be an object, not an array"));
        rows.add(invalid(rpc("tools/call", "{}"), "name is required"));
        rows.add(invalid(rpc("tools/call", "{\"name\":\" \"}"), "name is required"));
        rows.add(invalid(rpc("tools/call", "{\"name\":1}"), "name must be a string, not a number"));
        rows.add(invalid(
                rpc("tools/call", "{\"name\":\"decision_get\",\"arguments\":[]}"),
                "arguments must be an object, not an array"));
        // arguments
        for (String tool : List.of(
                "decision_get",
                "decision_add_context",
                "decision_read",
                "decision_request_approval",
                "decision_write",
                "decision_close",
                "decision_trace")) {
            rows.add(invalid(call(tool, "{}"), "decision_id is required"));
            rows.add(invalid(call(tool, "{\"decision_id\":\"  \"}"), "decision_id is required"));
            rows.add(invalid(call(tool, "{\"decision_id\":null}"), "decision_id is required"));
            rows.add(invalid(call(tool, "{\"decision_id\":12}"), "decision_id must be a string, not a number"));
            String rest =
                    ",\"context\":{},\"action\":\"commit\",\"product\":\"p\",\"purpose\":\"u\",\"mutation\":{\"a\":1}}";
            for (String unknown :
                    List.of("TMEM_01ARZ3NDEKTSV4RRFFQ69G5FAV", "x", "no such; thing", "é", "y".repeat(5000))) {
                rows.add(
                        internal(200, call(tool, "{\"decision_id\":\"" + unknown + "\"" + rest), "Decision not found"));
            }
        }
        rows.add(invalid(call("decision_create", "{\"automation_mode\":\"propose\"}"), "intent is required"));
        rows.add(invalid(call("decision_create", "{\"intent\":\"a\"}"), "automation_mode is required"));
        rows.add(invalid(
                call("decision_create", "{\"intent\":\"a\",\"automation_mode\":\"manual\"}"),
                "invalid automation_mode 'manual': use propose, approve, override or autonomous"));
        rows.add(invalid(
                call("decision_create", "{\"intent\":{},\"automation_mode\":\"propose\"}"),
                "intent must be a string, not an object"));
        rows.add(invalid(
                call("decision_create", create("\"metadata\":\"x\"")), "metadata must be an object, not a string"));
        rows.add(invalid(
                call("decision_create", create("\"actor\":true")), "actor must be a string, not true or false"));
        rows.add(invalid(
                call("decision_create", "{\"intent\":\"" + "a".repeat(501) + "\",\"automation_mode\":\"propose\"}"),
                "intent is longer than 500 characters: shorten it"));
        rows.add(invalid(
                call("decision_create", create("\"actor\":\"" + "😀".repeat(201) + "\"")),
                "actor is longer than 200 characters: shorten it"));
        rows.add(invalid(
                call("decision_create", create("\"actor\":\"a\\u0000b\"")), "actor has a NUL character: remove it"));
        rows.add(invalid(
                call("decision_create", create("\"actor\":\"\\udc00\"")),
                "actor is not well-formed Unicode (a lone surrogate): send valid UTF-8"));
        rows.add(invalid(
                call("decision_create", create("\"metadata\":{\"n\":12345678901234567890}")),
                "The number at metadata.n has more digits than can be kept exactly (15 to 17): send it as a string"));
        rows.add(invalid(
                call("decision_create", create("\"metadata\":{\"n\":0.1234567890123456789}")),
                "The number at metadata.n has more digits than can be kept exactly (15 to 17): send it as a string"));
        rows.add(invalid(
                call("decision_create", create("\"metadata\":{\"n\":1e999}")),
                "The number at metadata.n is too large to be kept exactly: send it as a string"));
        rows.add(invalid(call("decision_add_context", "{\"decision_id\":\"x\"}"), "context is required"));
        rows.add(invalid(
                call("decision_add_context", "{\"decision_id\":\"x\",\"context\":\"text\"}"),
                "context must be an object, not a string"));
        rows.add(invalid(
                call("decision_add_context", "{\"decision_id\":\"x\",\"payload\":[]}"),
                "context must be an object, not an array"));
        rows.add(invalid(
                call("decision_get", "{\"decision_id\":\"x\",\"wait_seconds\":56}"),
                "wait_seconds must be an integer from 0 to 55, not 56"));
        rows.add(invalid(
                call("decision_get", "{\"decision_id\":\"x\",\"wait_seconds\":1.5}"),
                "wait_seconds must be an integer from 0 to 55, not 1.5"));
        rows.add(invalid(
                call("decision_get", "{\"decision_id\":\"x\",\"wait_seconds\":1e999999999}"),
                "wait_seconds must be an integer from 0 to 55, not 1E+999999999"));
        rows.add(invalid(
                call("decision_get", "{\"decision_id\":\"x\",\"wait_seconds\":\"5\"}"),
                "wait_seconds must be an integer from 0 to 55, not a string"));
        rows.add(invalid(
                call("decision_get", "{\"decision_id\":\"x\",\"since_status\":\"closed\"}"),
                "invalid since_status 'closed': use open, needs_approval, approved, rejected, committed or aborted"));
        rows.add(invalid(call("decision_close", "{\"decision_id\":\"x\"}"), "action is required"));
        rows.add(invalid(
                call("decision_close", "{\"decision_id\":\"x\",\"action\":\"finish\"}"),
                "invalid action 'finish': use commit or abort"));
        rows.add(invalid(
                call("decision_close", "{\"decision_id\":\"x\",\"action\":\"abort\",\"summary\":7}"),
                "summary must be a string or an object, not a number"));
        rows.add(invalid(
                call("decision_request_approval", "{\"decision_id\":\"x\",\"require_rationale\":\"yes\"}"),
                "require_rationale must be true or false, not a string"));
        rows.add(invalid(
                call("decision_request_approval", "{\"decision_id\":\"x\",\"expires_in_seconds\":0}"),
                "expires_in_seconds must be an integer from 1 to 2678400, not 0"));
        rows.add(invalid(
                call("decision_trace", "{\"decision_id\":\"x\",\"limit\":501}"),
                "limit must be an integer from 1 to 500, not 501"));
        for (String tool : List.of("decision_read", "decision_write")) {
            rows.add(invalid(call(tool, "{\"decision_id\":\"x\"}"), "product is required"));
            rows.add(invalid(call(tool, "{\"decision_id\":\"x\",\"product\":\"p\"}"), "purpose is required"));
            rows.add(invalid(
                    call(tool, "{\"decision_id\":\"x\",\"product\":[],\"purpose\":\"u\"}"),
                    "product must be a string, not an array"));
        }
        String data = "{\"decision_id\":\"x\",\"product\":\"p\",\"purpose\":\"u\"";
        rows.add(invalid(call("decision_read", data + ",\"query\":[]}"), "query must be an object, not an array"));
        rows.add(invalid(
                call("decision_read", data + ",\"result_mode\":\"many\"}"),
                "invalid result_mode 'many': use single or multiple"));
        rows.add(invalid(
                call("decision_read", data + ",\"limit\":0}"), "limit must be an integer from 1 to 1000, not 0"));
        rows.add(invalid(
                call("decision_read", data + ",\"allow_multiple\":1}"),
                "allow_multiple must be true or false, not a number"));
        rows.add(invalid(call("decision_write", data + "}"), "mutation is required"));
        rows.add(invalid(
                call("decision_write", data + ",\"mutation\":\"x\"}"), "mutation must be an object, not a string"));
        rows.add(invalid(
                call("decision_write", data + ",\"keys\":\"id\"}"),
                "keys must be an object or an array, not a string"));
        rows.add(invalid(call("product_get", "{}"), "product is required"));
        rows.add(internal(200, call("product_get", "{\"product\":\"x\"}"), "Product 'x' not found or not accessible"));
        rows.add(invalid(call("products_list", "{\"purpose\":{}}"), "purpose must be a string, not an object"));
        // unknown names
        rows.add(new Row(rpc("resources/list", "{}"), 200, -32601, "Method not found", "resources/list"));
        rows.add(new Row(rpc("", "{}"), 200, -32601, "Method not found", ""));
        rows.add(new Row(call("x", "{}"), 200, -32602, "Invalid params", "Unknown tool: x"));
        rows.add(new Row(call("Decision_Get", "{}"), 200, -32602, "Invalid params", "Unknown tool: Decision_Get"));
        // what the rooms below refuse
        rows.add(internal(200, call("played_approval", "{}"), "Approval is required: ask first"));
        rows.add(internal(429, call("played_overload", "{}"), "Too much is waiting"));
        // limits
        rows.add(new Row(
                "{\"id\":1e99999999999999999999}",
                400,
                -32600,
                INVALID,
                "A number is too large or too small at line 1, column 7: send it as a string"));
        rows.add(
                new Row(
                        "{\"id\":" + "9".repeat(1001) + "}",
                        400,
                        -32600,
                        INVALID,
                        "A number or a name is too long at line 1, column 1008 (numbers have at most 1000 characters): send it as a string"));
        rows.add(new Row(
                "[".repeat(65) + "]".repeat(65),
                400,
                -32600,
                INVALID,
                "The request is nested deeper than 64 levels: send it flatter"));
        rows.add(new Row(
                "[".repeat(200_000),
                400,
                -32600,
                INVALID,
                "The request is nested deeper than 64 levels: send it flatter"));
        rows.add(new Row(
                "[" + "{},".repeat(30_000) + "0]",
                400,
                -32600,
                INVALID,
                "The request holds more than 50000 values: send less at once"));
        return rows.stream();
    }

    private static Row parse(String body, String data) {
        return new Row(body, 400, -32700, "Parse error", data);
    }

    private static Row invalid(String body, String data) {
        return new Row(body, 200, -32600, INVALID, data);
    }

    private static Row internal(int status, String body, String data) {
        return new Row(body, status, -32603, INTERNAL, data);
    }

    private static String rpc(String method, String params) {
        return "{\"jsonrpc\":\"2.0\",\"id\":\"seven\",\"method\":\"" + method + "\",\"params\":" + params + "}";
    }

    private static String call(String tool, String arguments) {
        return rpc("tools/call", "{\"name\":\"" + tool + "\",\"arguments\":" + arguments + "}");
    }

    private static String create(String more) {
        return "{\"intent\":\"a\",\"automation_mode\":\"propose\"," + more + "}";
    }

    @ParameterizedTest
    @MethodSource("table")
    void answersExactly(Row row) throws IOException {
        HttpCaller.Answer answer = http.post(key, row.body());

        check(answer, row.status(), row.code(), row.message(), row.data());
        JsonNode id = answer.json().get("id");
        if (row.body().contains("\"id\":\"seven\"")) {
            assertThat(id.stringValue()).isEqualTo("seven");
        }
        if (row.status() == 429) {
            assertThat(answer.header("Retry-After")).isEqualTo("1");
        }
    }

    private static void check(HttpCaller.Answer answer, int status, int code, String message, String data) {
        JsonNode json = answer.json();
        assertThat(json.propertyNames()).containsExactly("jsonrpc", "id", "error");
        assertThat(json.get("error").propertyNames()).containsExactly("code", "message", "data");
        assertThat(json.get("error").get("data").stringValue()).isEqualTo(data);
        assertThat(json.get("error").get("code").intValue()).isEqualTo(code);
        assertThat(json.get("error").get("message").stringValue()).isEqualTo(message);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    }

    @Test
    void sixtyFourLevelsAreTaken() throws IOException {
        // the request, params and arguments are three of them
        String deep = "{\"a\":".repeat(60) + "1" + "}".repeat(60);

        assertThat(http.post(key, call("decision_create", create("\"metadata\":{\"a\":" + deep + "}")))
                        .json()
                        .has("result"))
                .isTrue();
    }

    @Test
    void aBodyOfExactlyOneMebibyteIsTakenAndOneByteMoreIsNot() throws IOException {
        String request = rpc("ping", "{}");
        String full = request + " ".repeat((1 << 20) - request.length());
        assertThat(http.post(key, full).status()).isEqualTo(200);

        String limit = "The request is larger than 1048576 bytes: send less at once";
        check(http.post(key, full + " "), 413, -32600, INVALID, limit);
        http.close();
        check(http.post(key, full.repeat(5)), 413, -32600, INVALID, limit);
        http.close();
        String head =
                "POST / HTTP/1.1\r\nHost: x\r\nAuthorization: Agent " + key + "\r\nTransfer-Encoding: chunked\r\n\r\n";
        String chunked = head + "100001\r\n" + full + " \r\n0\r\n\r\n";
        check(http.exchange("POST", chunked.getBytes(UTF_8)), 413, -32600, INVALID, limit);
    }

    @Test
    void chunkedBodiesAreTaken() throws IOException {
        String request = rpc("ping", "{}");
        String head = "POST /mcp HTTP/1.1\r\nHost: x\r\nAuthorization: bearer  " + key
                + "\r\nTransfer-Encoding: chunked\r\n\r\n";
        String chunked = head + Integer.toHexString(request.length()) + "\r\n" + request + "\r\n0\r\n\r\n";
        assertThat(http.exchange("POST", chunked.getBytes(UTF_8)).body())
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":\"seven\",\"result\":{}}");
    }

    @Test
    void keysThatDoNotWork() throws IOException {
        NewAgentKey revoked = door.key(door.agent(door.tenant, AgentPermissions.everything()));
        assertThat(http.post(revoked.apiKey(), rpc("ping", "{}")).status()).isEqualTo(200);
        door.revoke(revoked);
        NewAgentKey expired = door.key(door.agent(door.tenant, AgentPermissions.everything()));
        door.expire(expired);
        List<String> headers = List.of(
                "Authorization: Agent " + revoked.apiKey(),
                "Authorization: Agent " + expired.apiKey(),
                "Authorization: Agent " + key + "x",
                "Authorization: Agent",
                "Authorization: Agent ",
                "Authorization: " + key,
                "Authorization: Basic " + key,
                "Authorization: ",
                "X-Nothing: at all");
        for (String header : headers) {
            HttpCaller.Answer answer = http.send("POST", "/", rpc("ping", "{}").getBytes(UTF_8), header);
            check(answer, 401, -32603, INTERNAL, "Unauthorized");
            assertThat(answer.header("WWW-Authenticate")).isEqualTo("Agent realm=\"tracemem\"");
            assertThat(answer.json().get("id").stringValue()).isEqualTo("seven");
        }
        HttpCaller.Answer noJson = http.send("POST", "/", "{".getBytes(UTF_8));
        check(noJson, 401, -32603, INTERNAL, "Unauthorized");
        assertThat(noJson.json().get("id").isNull()).isTrue();
        check(http.send("POST", "/", new byte[0]), 401, -32603, INTERNAL, "Unauthorized");
    }

    @Test
    void bothPathsAndBothSchemesInAnyCase() throws IOException {
        for (String path : List.of("/", "/mcp")) {
            for (String scheme : List.of("Agent", "Bearer", "agent", "BEARER", "agent ")) {
                assertThat(http.send(
                                        "POST",
                                        path,
                                        rpc("ping", "{}").getBytes(UTF_8),
                                        "Authorization: " + scheme + " " + key)
                                .status())
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void anAgentWithoutThePermission() throws IOException {
        String limited = door.apiKey(AgentPermissions.none());

        check(
                http.post(limited, call("decision_request_approval", "{\"decision_id\":\"x\"}")),
                403,
                -32603,
                INTERNAL,
                "Permission denied: agent does not have permission to request approvals");
    }

    @Test
    void anUnknownRoute() throws IOException {
        String decision = http.post(key, call("decision_create", create("\"actor\":\"me\"")))
                .json()
                .at("/result/structuredContent/decision_id")
                .stringValue();

        check(
                http.post(
                        key,
                        call(
                                "decision_request_approval",
                                "{\"decision_id\":\"" + decision + "\",\"approval_route_id\":\"route_x\"}")),
                200,
                -32603,
                INTERNAL,
                "Approval route 'route_x' not found or not accessible");
    }

    @Test
    void aFaultOfOursHasAReferenceAndNoDetails() throws IOException {
        try (ErrorLog log = new ErrorLog()) {
            HttpCaller.Answer answer = http.post(key, call("played_fault", "{\"note\":\"private\"}"));

            assertThat(answer.status()).isEqualTo(500);
            String data = answer.json().at("/error/data").stringValue();
            assertThat(data).matches("Unexpected error, reference [0-9a-f-]{36}");
            check(answer, 500, -32603, INTERNAL, data);
            assertThat(log.errors())
                    .singleElement()
                    .satisfies(line -> assertThat(line)
                            .contains(data.substring(data.lastIndexOf(' ') + 1))
                            .doesNotContain("private")
                            .doesNotContain(key));
        }
    }

    @Test
    void aKeyThatCannotBeLookedUpIsAFaultToo() throws IOException {
        String unknownYet = door.apiKey(AgentPermissions.everything());
        try (ErrorLog log = new ErrorLog()) {
            door.hideKeys();
            HttpCaller.Answer answer;
            try {
                answer = http.post(unknownYet, rpc("ping", "{}"));
            } finally {
                door.showKeys();
            }
            assertThat(answer.status()).isEqualTo(500);
            String data = answer.json().at("/error/data").stringValue();
            assertThat(data).matches("Unexpected error, reference [0-9a-f-]{36}");
            check(answer, 500, -32603, INTERNAL, data);
            assertThat(log.errors())
                    .singleElement()
                    .satisfies(line -> assertThat(line).contains(data.substring(data.lastIndexOf(' ') + 1)));
        }
        assertThat(http.post(unknownYet, rpc("ping", "{}")).status()).isEqualTo(200);
    }

    @Test
    void objectsAreTakenUpToTheirLimit() throws IOException {
        String decision = http.post(key, call("decision_create", create("\"actor\":\"me\"")))
                .json()
                .at("/result/structuredContent/decision_id")
                .stringValue();
        // {"a":"…"} has eight bytes beside its text, and blanks do not count
        String fits = "{  \"a\" : \"" + "x".repeat((64 << 10) - 8) + "\"  }";
        String larger = fits.replaceFirst("x", "xx");
        String sentence = " is 65537 bytes of JSON, more than 65536: keep it elsewhere and send a reference instead";
        assertThat(http.post(key, call("decision_create", create("\"metadata\":" + fits)))
                        .json()
                        .has("result"))
                .isTrue();
        check(
                http.post(key, call("decision_create", create("\"metadata\":" + larger))),
                200,
                -32600,
                INVALID,
                "metadata" + sentence);
        String named = "{\"decision_id\":\"" + decision + "\",";
        assertThat(http.post(key, call("decision_add_context", named + "\"context\":" + fits + "}"))
                        .json()
                        .has("result"))
                .isTrue();
        check(
                http.post(key, call("decision_add_context", named + "\"payload\":" + larger + "}")),
                200,
                -32600,
                INVALID,
                "context" + sentence);
        check(
                http.post(key, call("decision_close", named + "\"action\":\"commit\",\"summary\":" + larger + "}")),
                200,
                -32600,
                INVALID,
                "summary" + sentence);
    }

    @Test
    void foreignPagesAreRefused() throws IOException {
        byte[] ping = rpc("ping", "{}").getBytes(UTF_8);
        String own = "Authorization: Agent " + key;
        String json = "Content-Type: application/json";
        for (String origin : List.of(
                "https://evil.example",
                "null",
                "https://tracemem.example.com.evil.example",
                "http://localhost:1",
                "https://tracemem.example.com:8443")) {
            HttpCaller.Answer answer = http.send("POST", "/", ping, own, json, "Origin: " + origin);
            check(
                    answer,
                    403,
                    -32600,
                    INVALID,
                    "Origin '" + origin + "' is foreign: web pages of other sites may not call this server");
        }
        for (String origin : List.of(
                "https://tracemem.example.com", "http://localhost:" + door.port(), "HTTPS://TraceMem.example.com")) {
            assertThat(http.send("POST", "/", ping, own, json, "Origin: " + origin)
                            .status())
                    .isEqualTo(200);
        }
        for (String name : List.of("127.0.0.1", "[::1]")) {
            assertThat(http.send("POST", "/", ping, own, json, "Origin: http://" + name + ":" + door.port())
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aPageWhoseNameWasMadeToPointHereIsForeign() throws IOException {
        String rebound = "evil.example:" + door.port();
        assertThat(http.send(
                                "POST",
                                "/",
                                rpc("ping", "{}").getBytes(UTF_8),
                                "Authorization: Agent " + key,
                                "Content-Type: application/json",
                                "Host: " + rebound,
                                "Origin: http://" + rebound)
                        .status())
                .isEqualTo(403);
    }

    @Test
    void aBrowserMustSayJsonAndOthersNeedNot() throws IOException {
        byte[] ping = rpc("ping", "{}").getBytes(UTF_8);
        String own = "Authorization: Agent " + key;
        String origin = "Origin: https://tracemem.example.com";
        for (String type :
                List.of("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x")) {
            check(
                    http.send("POST", "/", ping, own, origin, "Content-Type: " + type),
                    415,
                    -32600,
                    INVALID,
                    "Requests from a browser need Content-Type: application/json");
            assertThat(http.send("POST", "/", ping, own, "Content-Type: " + type)
                            .status())
                    .isEqualTo(200);
        }
        assertThat(http.send("POST", "/", ping, own).status()).isEqualTo(200);
        check(
                http.send("POST", "/", ping, own, "Content-Encoding: gzip"),
                415,
                -32600,
                INVALID,
                "Compressed requests are not supported: send the body without Content-Encoding");
    }

    @Test
    void onlyPostIsSupported() throws IOException {
        String own = "Authorization: Agent " + key;
        for (String path : List.of("/", "/mcp")) {
            for (String method : List.of("GET", "DELETE", "PUT", "PATCH")) {
                HttpCaller.Answer answer = http.send(method, path, new byte[0], own, "Accept: text/event-stream");
                check(answer, 405, -32600, INVALID, method + " is not supported here: send requests with POST");
                assertThat(answer.header("Allow")).isEqualTo("POST, OPTIONS");
            }
            assertThat(http.send("HEAD", path, new byte[0]).status()).isEqualTo(405);
            HttpCaller.Answer options = http.send("OPTIONS", path, new byte[0], "Origin: https://evil.example");
            assertThat(options.status()).isEqualTo(204);
            assertThat(options.header("Allow")).isEqualTo("POST, OPTIONS");
            assertThat(options.headers()).doesNotContainKey("access-control-allow-origin");
        }
        assertThat(http.send("GET", "/", new byte[0], "Accept: */*").status()).isEqualTo(405);
    }

    @Test
    void aBrowserIsSentToTheDashboard() throws IOException {
        HttpCaller.Answer answer =
                http.send("GET", "/", new byte[0], "Accept: text/html,application/xhtml+xml,*/*;q=0.8");

        assertThat(answer.status()).isEqualTo(302);
        assertThat(answer.header("Location")).isEqualTo("/dashboard");
    }
}
