package com.tracemem.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Requests from nearly right to nonsense. Values are JSON text, so that they need not be valid. */
final class StrangeRequests {
    private static final List<String> DECISIONS = new ArrayList<>(List.of("\"TMEM_01ARZ3NDEKTSV4RRFFQ69G5FAV\""));

    /** Every argument of every tool with a value that is right. No value makes a call wait. */
    private static final Map<String, Map<String, String>> TOOLS = Map.of(
            "decision_create",
            arguments(
                    "intent",
                    "\"a\"",
                    "automation_mode",
                    "\"propose\"",
                    "actor",
                    "\"me\"",
                    "instance",
                    "\"1\"",
                    "version",
                    "\"1\"",
                    "metadata",
                    "{\"a\":[1,2.5,null,true]}",
                    "idempotency_key",
                    "\"k\""),
            "decision_get",
            arguments("wait_seconds", "0", "since_status", "\"open\""),
            "decision_add_context",
            arguments("context", "{\"a\":1}", "payload", "{}", "summary", "\"s\""),
            "decision_request_approval",
            arguments(
                    "title",
                    "\"t\"",
                    "message",
                    "\"m\"",
                    "description",
                    "\"d\"",
                    "approval_route_id",
                    "\"route_test\"",
                    "require_rationale",
                    "true",
                    "expires_in_seconds",
                    "60",
                    "proposed_action",
                    "{\"product\":\"p\"}",
                    "idempotency_key",
                    "\"k\""),
            "decision_close",
            arguments("action", "\"commit\"", "outcome", "\"abort\"", "reason", "\"r\"", "summary", "{\"a\":1}"),
            "decision_trace",
            arguments("after_seq", "0", "limit", "5"),
            "capabilities_get",
            arguments());

    private static final char[] ODD = {
        '\0', '\n', '\t', '"', '\\', '/', '\u007f', '\u0085', '\u200b', '\u202e', '\ufeff', '\ufffe', '\uffff',
        '\ud800', '\udfff', '\u2028', 'é', '漢', '%', '\'', '<', '$', '{', ' '
    };

    private StrangeRequests() {}

    static void useDecisions(List<String> ids) {
        ids.forEach(id -> DECISIONS.add('"' + id + '"'));
    }

    private static Map<String, String> arguments(String... namesAndValues) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }

    static Arbitrary<byte[]> bodies() {
        return Arbitraries.frequencyOf(
                Tuple.of(10, toolCalls().map(StrangeRequests::utf8)),
                Tuple.of(3, envelopes().map(StrangeRequests::utf8)),
                Tuple.of(2, json(4).map(StrangeRequests::utf8)),
                Tuple.of(3, damaged(toolCalls())),
                Tuple.of(1, nested().map(StrangeRequests::utf8)),
                Tuple.of(1, Arbitraries.bytes().array(byte[].class).ofMaxSize(200)));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }

    /** A tool's call with up to three arguments missing, of a wrong type, unknown or doubled. */
    private static Arbitrary<String> toolCalls() {
        Arbitrary<List<Change>> changes = changes().list().ofMaxSize(3);
        Arbitrary<String> names =
                Arbitraries.of(TOOLS.keySet().stream().sorted().toList());
        Arbitrary<Integer> decision = Arbitraries.integers().between(0, 1_000);
        return Combinators.combine(names, changes, decision).as((name, all, number) -> {
            Map<String, String> arguments = new LinkedHashMap<>();
            if (!name.equals("decision_create")) {
                arguments.put("decision_id", DECISIONS.get(number % DECISIONS.size()));
            }
            TOOLS.getOrDefault(name, Map.of()).forEach((argument, value) -> {
                // an alias beside the real name only now and then
                if ((number + argument.length()) % 3 > 0 || !isOptional(argument)) {
                    arguments.put(argument, value);
                }
            });
            List<String> fields = new ArrayList<>();
            arguments.forEach((argument, value) -> fields.add('"' + argument + "\":" + value));
            for (Change change : all) {
                change.apply(fields);
            }
            return "{\"jsonrpc\":\"2.0\",\"id\":" + number + ",\"method\":\"tools/call\",\"params\":{\"name\":\"" + name
                    + "\",\"arguments\":{" + String.join(",", fields) + "}}}";
        });
    }

    private static boolean isOptional(String argument) {
        return !List.of("intent", "automation_mode", "context", "action").contains(argument);
    }

    /** Of the argument at a place, counted round: its new value; null takes it away; a name makes it another. */
    private record Change(int place, String value, int kind) {
        void apply(List<String> fields) {
            if (fields.isEmpty()) {
                fields.add("\"strange\":" + value);
                return;
            }
            int at = place % fields.size();
            String field = fields.get(at);
            String name = field.substring(0, field.indexOf(':'));
            switch (kind % 8) {
                case 0 -> fields.remove(at);
                case 1 -> fields.add("\"strange" + place + "\":" + value);
                case 2 -> fields.add(field);
                default -> fields.set(at, name + ":" + (name.equals("\"wait_seconds\"") ? impatient() : value));
            }
        }

        /** Numbers that would be a real wait are not sent. */
        private String impatient() {
            return value.matches("[1-9].*") ? "56" : value;
        }
    }

    private static Arbitrary<Change> changes() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 20),
                        json(2),
                        Arbitraries.integers().between(0, 100))
                .as(Change::new);
    }

    /** A request whose parts are each right or anything. */
    private static Arbitrary<String> envelopes() {
        Arbitrary<String> methods = Arbitraries.of(
                "\"tools/call\"",
                "\"tools/list\"",
                "\"ping\"",
                "\"initialize\"",
                "\"notifications/initialized\"",
                "\"notifications/\"",
                "\"resources/list\"");
        Arbitrary<String> params = Arbitraries.of(
                "{}",
                "{\"protocolVersion\":\"2025-06-18\"}",
                "{\"name\":\"decision_get\"}",
                "{\"name\":\"capabilities_get\",\"arguments\":null}");
        return Combinators.combine(
                        orAnything(Arbitraries.just("\"2.0\"")),
                        orAnything(Arbitraries.of("1", "\"a\"", "-5", "1.5", "12345678901234567890", "1e400")),
                        orAnything(methods),
                        orAnything(params),
                        Arbitraries.integers().between(0, 15))
                .as((version, id, method, parameters, left) -> {
                    List<String> fields = new ArrayList<>(List.of(
                            "\"jsonrpc\":" + version,
                            "\"id\":" + id,
                            "\"method\":" + method,
                            "\"params\":" + parameters));
                    if (left < 4) {
                        fields.remove((int) left);
                    }
                    String request = "{" + String.join(",", fields) + "}";
                    return left == 4 ? "[" + request + "," + request + "]" : request;
                });
    }

    private static Arbitrary<String> orAnything(Arbitrary<String> right) {
        return Arbitraries.frequencyOf(Tuple.of(4, right), Tuple.of(1, json(2)));
    }

    private static Arbitrary<String> json(int depth) {
        Arbitrary<String> leaf = Arbitraries.frequencyOf(
                Tuple.of(8, numbers()),
                Tuple.of(16, texts()),
                Tuple.of(1, Arbitraries.of("NaN", "'a'", "01", "", "+1", "tru")),
                Tuple.of(4, Arbitraries.of("true", "false", "null", "[]", "{}", "\"\"", "\"  \"")));
        if (depth == 0) {
            return leaf;
        }
        Arbitrary<String> inner = json(depth - 1);
        Arbitrary<String> arrays = inner.list().ofMaxSize(4).map(items -> "[" + String.join(",", items) + "]");
        Arbitrary<String> objects = Combinators.combine(texts(), inner)
                .as((name, value) -> name + ":" + value)
                .list()
                .ofMaxSize(4)
                .map(fields -> "{" + String.join(",", fields) + "}");
        return Arbitraries.frequencyOf(Tuple.of(5, leaf), Tuple.of(1, arrays), Tuple.of(2, objects));
    }

    private static Arbitrary<String> numbers() {
        return Arbitraries.oneOf(
                Arbitraries.longs().map(String::valueOf),
                Arbitraries.doubles().map(String::valueOf),
                Arbitraries.of(
                        "0",
                        "-0",
                        "-0.0",
                        "-1",
                        "56",
                        "1e400",
                        "-1e400",
                        "1e-400",
                        "1e999999999",
                        "1e-999999999",
                        "1e99999999999999999999",
                        "9007199254740993",
                        "0.1000000000000000055511151231257827",
                        "9".repeat(400),
                        "9".repeat(1_001),
                        "0." + "3".repeat(900),
                        "1" + "0".repeat(300) + "e300"));
    }

    private static Arbitrary<String> texts() {
        return Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.strings().ascii().ofMaxLength(12).map(text -> quoted(text, false))),
                Tuple.of(4, Arbitraries.strings().all().ofMaxLength(8).map(text -> quoted(text, true))),
                Tuple.of(4, Arbitraries.strings().withChars(ODD).ofMaxLength(8).map(text -> quoted(text, true))),
                Tuple.of(
                        4,
                        Arbitraries.of(
                                "\"commit\"",
                                "\"approve\"",
                                "\"approved\"",
                                "\"route_test\"",
                                "\"decision_id\"",
                                "\"😀\"",
                                "\"\\ud83d\\ude00\"")),
                Tuple.of(1, Arbitraries.integers().between(190, 25_000).map(length -> '"' + "x".repeat(length) + '"')));
    }

    private static String quoted(String text, boolean escaped) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || (escaped && c > '~')) {
                json.append(String.format("\\u%04x", (int) c));
            } else if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }

    /** Objects or arrays within each other, at the top or within an argument, closed or not. */
    private static Arbitrary<String> nested() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 300),
                        Arbitraries.of(true, false),
                        Arbitraries.of(true, false),
                        Arbitraries.of(true, false))
                .as((depth, objects, inside, closed) -> {
                    String deep = (objects ? "{\"a\":" : "[").repeat(depth)
                            + "1"
                            + (closed ? (objects ? "}" : "]").repeat(depth) : "");
                    return inside
                            ? "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"decision_add_context\","
                                    + "\"arguments\":{\"decision_id\":" + DECISIONS.getLast() + ",\"context\":{\"a\":"
                                    + deep
                                    + "}}}}"
                            : deep;
                });
    }

    /** A request with some bytes changed, cut out or doubled. */
    private static Arbitrary<byte[]> damaged(Arbitrary<String> requests) {
        return Combinators.combine(
                        requests,
                        Arbitraries.integers().between(0, 100_000),
                        Arbitraries.integers().between(0, 30),
                        Arbitraries.bytes(),
                        Arbitraries.integers().between(0, 3))
                .as((request, place, length, strange, kind) -> {
                    byte[] bytes = utf8(request);
                    int at = place % bytes.length;
                    int end = Math.min(bytes.length, at + length);
                    return switch (kind) {
                        case 0 -> {
                            bytes[at] = strange;
                            yield bytes;
                        }
                        case 1 -> joined(bytes, at, end);
                        case 2 -> joined(bytes, end, at);
                        default -> Arrays.copyOf(bytes, at);
                    };
                });
    }

    /** Everything before one place and everything from another on. */
    private static byte[] joined(byte[] bytes, int before, int from) {
        byte[] result = new byte[before + bytes.length - from];
        System.arraycopy(bytes, 0, result, 0, before);
        System.arraycopy(bytes, from, result, before, bytes.length - from);
        return result;
    }
}
