package com.tracemem.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.identity.AgentPermissions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whatever arrives, what goes back is a JSON-RPC answer: never a fault of ours, never a hang, never a trace of Java. Half
 * of the requests are nearly right, so that they get far.
 */
class McpFuzzTest {
    private static final int BATCHES = 640;
    private static final int BATCH = 32;
    private static final int CALLERS = 4;
    /** Many, since some requests close one. */
    private static final int DECISIONS = 300;

    private static final String NEW_DECISION = """
            {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "decision_create",
             "arguments": {"intent": "fuzz", "automation_mode": "propose"}}}""";
    private static final Set<Integer> STATUSES = Set.of(200, 202, 400, 401, 403, 413);
    private static final Set<Integer> CODES = Set.of(-32700, -32600, -32601, -32602, -32603);
    private static final Pattern TRACE_OF_JAVA = Pattern.compile(
            "\\b(java|jakarta|tools|org|com)\\.[a-z]+\\.[A-Za-z.]*[A-Z]|Exception|\\bat (java|com|org)\\.");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final AtomicInteger CASES = new AtomicInteger();
    /** How often each code came back, and 0 for a result. */
    private static final Map<Integer, LongAdder> SEEN = new ConcurrentHashMap<>();

    private static final TestDoor DOOR = TestDoor.open();
    private static final ErrorLog LOG = new ErrorLog();
    private static final String KEY = DOOR.apiKey(AgentPermissions.everything());
    private static final ExecutorService POOL = Executors.newFixedThreadPool(CALLERS);
    private static final ConcurrentLinkedQueue<HttpCaller> FREE_CALLERS = new ConcurrentLinkedQueue<>();

    @BeforeContainer
    static void openDecisions() throws IOException {
        DOOR.route(DOOR.tenant, TestDoor.ROUTE);
        for (int i = 0; i < CALLERS; i++) {
            FREE_CALLERS.add(DOOR.caller());
        }
        List<String> decisions = new ArrayList<>();
        try (HttpCaller caller = DOOR.caller()) {
            for (int i = 0; i < DECISIONS; i++) {
                decisions.add(caller.post(KEY, NEW_DECISION)
                        .json()
                        .at("/result/structuredContent/decision_id")
                        .stringValue());
            }
        }
        StrangeRequests.useDecisions(decisions);
    }

    @AfterContainer
    static void close() throws IOException {
        POOL.shutdownNow();
        for (HttpCaller caller : FREE_CALLERS) {
            caller.close();
        }
        LOG.close();
        DOOR.close();
        assertThat(CASES).hasValueGreaterThanOrEqualTo(20_000);
        assertThat(SEEN.keySet()).containsAll(CODES);
        assertThat(SEEN.get(0))
                .as("Requests that succeeded")
                .isNotNull()
                .satisfies(count -> assertThat(count.sum()).isGreaterThan(CASES.get() / 10));
    }

    @Provide
    Arbitrary<List<byte[]>> requests() {
        return StrangeRequests.bodies().list().ofSize(BATCH);
    }

    @Property(tries = BATCHES, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void everyRequestHasAnAnswer(@ForAll("requests") List<byte[]> bodies)
            throws InterruptedException, ExecutionException {
        List<Callable<Void>> shares = new ArrayList<>();
        for (int share = 0; share < CALLERS; share++) {
            int first = share;
            shares.add(() -> {
                HttpCaller caller = FREE_CALLERS.remove();
                try {
                    for (int i = first; i < bodies.size(); i += CALLERS) {
                        send(caller, bodies.get(i));
                    }
                } finally {
                    FREE_CALLERS.add(caller);
                }
                return null;
            });
        }
        for (Future<Void> share : POOL.invokeAll(shares)) {
            share.get();
        }
        assertThat(LOG.errors()).isEmpty();
    }

    private static void send(HttpCaller caller, byte[] body) throws IOException {
        CASES.incrementAndGet();
        HttpCaller.Answer answer;
        try {
            answer = caller.post(KEY, body);
        } catch (IOException noAnswer) {
            caller.close();
            throw new AssertionError("No answer to " + new String(body, UTF_8), noAnswer);
        }
        assertThat(answer.status()).as("%s%n%s", text(body), answer.body()).isIn(STATUSES);
        if (answer.status() == 202) {
            assertThat(answer.body()).isEmpty();
            return;
        }
        JsonNode json;
        try {
            json = JSON.readTree(answer.body());
        } catch (JacksonException broken) {
            throw new AssertionError("No JSON: " + answer.body() + " to " + text(body), broken);
        }
        assertThat(json.get("jsonrpc").stringValue()).isEqualTo("2.0");
        assertThat(json.has("id")).isTrue();
        assertThat(json.has("result") ^ json.has("error")).isTrue();
        if (json.has("error")) {
            checkError(json.get("error"), body);
            seen(json.at("/error/code").intValue());
            return;
        }
        seen(0);
        if (json.get("result").has("content")) {
            assertThat(JSON.readTree(json.at("/result/content/0/text").stringValue()))
                    .isEqualTo(json.at("/result/structuredContent"));
        }
    }

    private static void checkError(JsonNode error, byte[] body) {
        assertThat(error.get("code").intValue()).isIn(CODES);
        assertThat(error.get("message").stringValue()).isNotEmpty();
        assertThat(error.get("data").stringValue())
                .as(text(body))
                .hasSizeLessThan(1_000)
                .doesNotContainPattern(TRACE_OF_JAVA);
    }

    private static void seen(int code) {
        SEEN.computeIfAbsent(code, first -> new LongAdder()).increment();
    }

    private static String text(byte[] body) {
        return new String(body, UTF_8);
    }
}
