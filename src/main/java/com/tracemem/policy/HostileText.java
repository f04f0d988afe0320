package com.tracemem.policy;

import java.util.Collections;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Texts that were written to do harm, each at another place: what the bounds of policies are held against, and what a
 * server has met before anybody sends it one.
 */
public enum HostileText {
    LONG_SUM {
        @Override
        public String source() {
            return rules("1" + "+1".repeat(2_040) + " > 0", 15, "");
        }
    },
    MANY_PARTS {
        @Override
        public String source() {
            return rules("true" + "||true".repeat(600), 15, "");
        }
    },
    DEEP_BRACKETS {
        @Override
        public String source() {
            return rules("(".repeat(2_000) + "true" + ")".repeat(2_000), 15, "");
        }
    },
    LONG_LIST {
        @Override
        public String source() {
            return rules("[" + "1,".repeat(2_000) + "1].size() > 0", 15, "");
        }
    },
    MANY_RULES_AND_TESTS {
        @Override
        public String source() {
            return rules(either("1 > 2", 19), 15, "{}", 100);
        }
    },
    TOO_MANY_RULES {
        @Override
        public String source() {
            return rules(either("1 > 2", 19), 49, "{}", 100);
        }
    },
    NEAREST_OF_MANY_RULES {
        @Override
        public String source() {
            return rules("inputs.number > 1.0 || " + either("1 > 2", 16), 15, "{number: 2}", 100);
        }
    },
    NESTED_COMPREHENSIONS {
        @Override
        public String source() {
            return rules("inputs.list.all(a, inputs.list.all(b, inputs.list.all(c, a + b + c >= 0)))", 5, LIST, 4);
        }
    },
    GROWING_LISTS {
        @Override
        public String source() {
            return rules("inputs.list.map(a, inputs.list.map(b, inputs.list)).size() > 0", 5, LIST, 4);
        }
    },
    NESTED_MACROS {
        @Override
        public String source() {
            return rules("inputs.list.all(a, ".repeat(7) + "true" + ")".repeat(7), 30, LIST, 4);
        }
    },
    CATASTROPHIC_PATTERN {
        @Override
        public String source() {
            return rules("inputs.text.matches('(a{0,90})b$')", 5, "{text: " + "a".repeat(1_800) + "}", 30);
        }
    },
    LARGE_PATTERN {
        @Override
        public String source() {
            String letters = IntStream.range(0, 110)
                    .mapToObj(i -> String.valueOf((char) ('a' + i % 26)))
                    .collect(Collectors.joining("|"));
            return rules("inputs.text.matches('(" + letters + "){1000}')", 15, "");
        }
    },
    MANY_PATTERNS {
        @Override
        public String source() {
            return rules("inputs.text.matches('(a?){100}(b?){100}')", 50, "{text: aaaa}", 100);
        }
    },
    PATTERN_OF_INPUTS {
        @Override
        public String source() {
            return POLICY.formatted(
                    "text: {type: string, pattern: \"(a{0,900})b$\"}",
                    "",
                    tests("{text: " + "a".repeat(9_000) + "}", 6));
        }
    },
    WIDE_CHOICE {
        @Override
        public String source() {
            return POLICY.formatted(
                    "list: {type: array, items: {anyOf: [" + "{type: string},".repeat(400) + "{type: 'null'}]}}",
                    "",
                    tests(LIST, 2));
        }
    },
    LARGE_DEFAULTS {
        @Override
        public String source() {
            String properties = IntStream.range(0, 240)
                    .mapToObj(i -> "p" + i + ": {$ref: '#/$defs/large'}")
                    .collect(Collectors.joining(", "));
            return POLICY.formatted(properties, "", tests("{}", 90))
                    .replace("type: object,", "type: object, $defs: {large: {type: array, default: [" + ONES + "]}},");
        }
    },
    MANY_ERRORS {
        @Override
        public String source() {
            return POLICY.formatted("list: {type: array, items: {type: string}}", "", tests(LIST, 4));
        }
    },
    DEEP_YAML {
        @Override
        public String source() {
            return "policy_id: a\nrules: " + "[".repeat(20_000);
        }
    },
    ALIASES {
        @Override
        public String source() {
            return "a: &a [x, x, x, x]\nb: &b [*a, *a, *a, *a]\nc: &c [*b, *b, *b, *b]\n";
        }
    },
    DEEP_JSON {
        @Override
        public String source() {
            return "{\"a\":".repeat(10_000);
        }
    },
    MANY_VALUES {
        @Override
        public String source() {
            return "policy_id: a\n" + "rules: [" + "1,".repeat(30_000) + "1]";
        }
    },
    LONG_PATHS {
        @Override
        public String source() {
            return ("{\"" + "a".repeat(190) + "\":").repeat(20) + "[" + "1,".repeat(4_900) + "1]" + "}".repeat(20);
        }
    },
    /** Behind texts that seem to go on. */
    HIDDEN_SUM {
        @Override
        public String source() {
            return rules("r'\\\\' != '' || " + "1" + "+1".repeat(1_900) + " > 0 || r'\\\\' == 'a'", 15, "");
        }
    },
    UNUSED_DEFINITIONS {
        @Override
        public String source() {
            return POLICY.formatted("text: {type: string}", "", "")
                    .replace("type: object,", "type: object, $defs: {a: {pattern: '((a{100}){100}){100}'}},");
        }
    },
    /** Whole ranges of characters, one by one, in both cases. */
    CASELESS_RANGES {
        @Override
        public String source() {
            return POLICY.formatted(
                    "text: {type: string, pattern: '(?i)" + "[\\x{100}-\\x{1E000}]".repeat(11) + "'}",
                    "",
                    tests("{text: abc}", 1));
        }
    },
    NAMED_CLASSES {
        @Override
        public String source() {
            String properties = IntStream.range(0, 150)
                    .mapToObj(i -> "p" + i + ": {type: string, pattern: '" + "[\\pL\\pN\\pS\\pM\\pP]".repeat(9) + "'}")
                    .collect(Collectors.joining(", "));
            return POLICY.formatted(properties, "", "");
        }
    },
    LONG_NAMES {
        @Override
        public String source() {
            String properties = IntStream.range(0, 480)
                    .mapToObj(i -> "property_number_" + i + "_of_many: {type: number}")
                    .collect(Collectors.joining(", "));
            String rules = IntStream.range(0, 50)
                    .mapToObj(i ->
                            "{id: r%1$d, outcome: deny, when: 'inputs.proprty_numbr_%1$d_of_mny > 1.0'}".formatted(i))
                    .collect(Collectors.joining(", "));
            return POLICY.formatted(properties, rules, "");
        }
    },
    MANY_PLACEHOLDERS {
        @Override
        public String source() {
            String rules = IntStream.range(0, 50)
                    .mapToObj(i ->
                            "{id: r%d, outcome: deny, when: 'true', message: '%s'}".formatted(i, "{nmber}".repeat(140)))
                    .collect(Collectors.joining(",\n"));
            return POLICY.formatted(INPUTS, rules, "");
        }
    },
    FAILING_LOOPS {
        @Override
        public String source() {
            return rules("inputs.list.all(a, 1/0 == 1 || inputs.list[2000] == 1 || true)", 5, LIST, 4);
        }
    },
    READING_TIMES {
        @Override
        public String source() {
            return rules("inputs.list.all(a, duration('" + "1h".repeat(100) + "') > duration('1s'))", 5, LIST, 4);
        }
    },
    TINY_STEPS {
        @Override
        public String source() {
            return rules("inputs.number > 1.0", 1, "{number: 5}", 1)
                    .replace("number: {type: number}", "number: {type: number, multipleOf: 1e-999}");
        }
    };

    private static final String ONES = String.join(",", Collections.nCopies(900, "1"));
    private static final String LIST = "{list: [" + ONES + "]}";
    private static final String INPUTS =
            "number: {type: number}, text: {type: string}, list: {type: array, items: {type: integer}}";
    private static final String POLICY = """
            policy_id: hostile
            inputs: {type: object, properties: {%s}}
            rules: [%s]
            default: allow
            tests: [%s]
            """;

    /** A policy, or something that looks like one, of at most 64 KiB. */
    public abstract String source();

    private static String rules(String condition, int rules, String inputs, int tests) {
        return rules(condition, rules, tests(inputs, tests));
    }

    private static String rules(String condition, int rules, String tests) {
        String all = IntStream.range(0, rules)
                .mapToObj(i -> "{id: r" + i + ", when: \"" + condition + "\", outcome: deny}")
                .collect(Collectors.joining(",\n"));
        return POLICY.formatted(INPUTS, all, tests);
    }

    private static String tests(String inputs, int tests) {
        return String.join(",\n", Collections.nCopies(tests, "{inputs: " + inputs + ", outcome: allow}"));
    }

    private static String either(String condition, int times) {
        return String.join(" || ", Collections.nCopies(times, condition));
    }
}
