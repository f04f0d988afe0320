package com.tracemem.policy;

import static com.tracemem.policy.Examples.decided;
import static com.tracemem.policy.Examples.json;
import static com.tracemem.policy.Examples.policy;
import static com.tracemem.policy.Examples.unfit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class PolicyEvaluationTest {
    private static final Policy DISCOUNT = policy(Examples.discountCap());

    @Test
    void theExampleSaysAllThree() {
        Evaluation allow = decided(DISCOUNT, "{'proposed_discount': 0.15}");
        assertThat(allow.outcome()).isEqualTo(PolicyOutcome.ALLOW);
        assertThat(allow.rationale().toString())
                .isEqualTo("{\"message\":\"A discount of 0.15 is within the 0.15 that everybody may get\","
                        + "\"rule\":\"default\"}");
        Evaluation exception = decided(DISCOUNT, "{'proposed_discount': 0.25, 'customer_tier': 'standard'}");
        assertThat(exception.outcome()).isEqualTo(PolicyOutcome.REQUIRES_EXCEPTION);
        assertThat(exception.approval()).isEqualTo(new ApprovalTerms("route_discount_manager", null, false));
        assertThat(exception.rationale().toString()).isEqualTo("""
                        {"message":"A discount of 0.25 for a standard customer is more than the policy allows without a \
                        manager","rule":"standard_cap","threshold":0.15,"nearest_allowed":{"proposed_discount":0.15}}""");
        Evaluation deny = decided(DISCOUNT, "{'proposed_discount': 0.9, 'customer_tier': 'premium'}");
        assertThat(deny.outcome()).isEqualTo(PolicyOutcome.DENY);
        assertThat(deny.threshold()).isEqualTo(0.5);
        assertThat(String.valueOf(deny.nearestAllowed())).isEqualTo("{\"proposed_discount\":0.2}");
    }

    @Test
    void itsOwnTestsPass() {
        assertThat(DISCOUNT.runTests()).hasSize(6).allMatch(TestResult::passed);
    }

    @Test
    void inputsThatDoNotFitNameEveryField() {
        assertThat(unfit(DISCOUNT, "{}")).isEqualTo("proposed_discount is required");
        assertThat(unfit(DISCOUNT, "{'proposed_discount': 'much', 'customer_tier': 5, 'order_value': -1}"))
                .isEqualTo("customer_tier is a number; give text; order_value is -1; at least 0 is possible;"
                        + " proposed_discount is text; give a number");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '§',
            value = {
                "minLength: 3 | 'a' | x has 1 character; at least 3 are needed",
                "maxLength: 1 | 'ab' | x has 2 characters; at most 1 is possible",
                "pattern: '^a$' | 'b' | x is \"b\"; it has to match the pattern '^a$'",
                "minItems: 2 | [1] | x has 1 value; at least 2 are needed",
                "maxItems: 1 | [1, 2] | x has 2 values; at most 1 is possible",
                "uniqueItems: true | [1, 1] | x has the same value twice; give each of them once",
                "contains: {type: string} | [1] | x has too few values of the right kind; at least 1 has to be text",
                "contains: {const: 1}, minContains: 2 | [1] | x has too few values of the right kind; at least 2 have to be 1",
                "contains: {type: integer}, maxContains: 1 | [1, 2] | x has too many values of one kind; at most 1 may be a whole number",
                "not: {type: string} | 'a' | x is \"a\"; it must not be text",
                "propertyNames: {maxLength: 2} | {'abc': 1} | x.abc has a name that is not possible here; names have to be at most 2 characters long",
                "minProperties: 2 | {'a': 1} | x has 1 field; at least 2 are needed",
                "maxProperties: 0 | {'a': 1} | x has 1 field; at most 0 are possible",
                "dependentRequired: {a: [b]} | {'a': 1} | x.b is required where a is given",
                "multipleOf: 2 | 3 | x is 3; give a multiple of 2",
                "prefixItems: [{type: string}], items: false | ['a', 2] | x[1] is one value too many",
                "const: 1 | 2 | x is 2; only 1 is possible",
                "oneOf: [{type: integer}, {minimum: 2}] | 3 | x is 3, which fits 2 of the possibilities; it has to fit exactly one",
                "oneOf: [{type: string}, {type: boolean}] | 3 | x fits none of what is possible: either give text, or give true or false",
                "anyOf: [{type: array, items: {type: string}}, {type: object, required: [k]}] | {} | x fits none of what is possible: either give a list, or x.k is required",
                "items: {anyOf: [{type: string}, {minimum: 2}]} | [1] | x[0] fits none of what is possible: either give text, or at least 2 is possible",
                "anyOf: [{type: string}, {type: boolean}, {type: array}, {type: object}] | 1 | x fits none of what is possible: either give text, or give true or false, or give a list, or one of 1 others",
                "if: {type: object}, then: {required: [b]} | {} | x.b is required"
            })
    void everyReasonIsInPlainWords(String schema, String given, String sentence) {
        Policy policy = policy("""
                policy_id: a
                inputs: {type: object, properties: {x: {%s}}}
                rules: []
                default: allow
                """.formatted(schema));
        assertThat(unfit(policy, "{'x': " + given + "}")).isEqualTo(sentence);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "date | 2024-02-29 | 2026-02-29",
                "date | 0001-01-01 | 2026-1-1",
                "time | 23:59:59.5+02:00 | 24:00:00Z",
                "date-time | 2026-01-31T10:15:00Z | 2026-01-31 10:15:00",
                "date-time | 2026-01-31t10:15:00.123-05:30 | 2026-02-31T10:15:00Z",
                "duration | P1Y2M3DT4H5M6S | P",
                "duration | P2W | PT",
                "email | ann.b+c@example.com | ann@@example.com",
                "email | a@b | .a@example.com",
                "hostname | www.example.com | -a.example.com",
                "ipv4 | 192.0.2.1 | 192.0.2.256",
                "ipv4 | 0.0.0.0 | 2001:db8::1",
                "ipv6 | 2001:db8::1 | 192.0.2.1",
                "ipv6 | ::ffff:192.0.2.1 | fe80::1%eth0",
                "uri | https://example.com/a?b#c | /a",
                "uri-reference | /a | a b",
                "uuid | 123e4567-E89B-12d3-a456-426614174000 | 123e4567e89b12d3a456426614174000"
            })
    void formatsAreChecked(String format, String right, String wrong) {
        for (String more : List.of("", ", maxLength: 5000")) {
            Policy policy = policy("""
                    policy_id: a
                    inputs: {type: object, properties: {x: {format: %s%s}}}
                    rules: []
                    default: allow
                    """.formatted(format, more));
            assertThat(decided(policy, "{'x': '" + right + "'}").rule()).isEqualTo("default");
            assertThat(decided(policy, "{'x': 5}").rule()).isEqualTo("default");
            assertThat(unfit(policy, "{'x': '" + wrong + "'}")).startsWith("x is \"" + wrong + "\"; give ");
            assertThat(unfit(policy, "{'x': '" + "a".repeat(4_000) + " @'}")).contains("; give ");
        }
    }

    @Test
    void whatCannotBeEvaluatedIsADeny() {
        Evaluation missing = decided(policy(Examples.withCondition("inputs.number > 5")), "{}");
        assertThat(missing.outcome()).isEqualTo(PolicyOutcome.DENY);
        assertThat(missing.reason()).isEqualTo("evaluation_error");
        assertThat(missing.message())
                .isEqualTo(
                        "Rule 'only' could not be evaluated, so the policy denies: it needs number, which was not given");
        assertThat(decided(policy(Examples.withCondition("10 / inputs.whole > 5")), "{'whole': 0}")
                        .message())
                .endsWith("it divides by zero");
        assertThat(decided(policy(Examples.withCondition("inputs.any > 5")), "{'any': 'text'}")
                        .reason())
                .isEqualTo("evaluation_error");
    }

    @Test
    void wholeAndDecimalNumbersCompare() {
        Policy policy = policy(Examples.withCondition("inputs.number > 5 && inputs.whole >= 2.5"));
        assertThat(decided(policy, "{'number': 6, 'whole': 3}").rule()).isEqualTo("only");
        assertThat(decided(policy, "{'number': 6.0, 'whole': 3.0}").rule()).isEqualTo("only");
        assertThat(decided(policy, "{'number': 5, 'whole': 3}").rule()).isEqualTo("default");
    }

    @Test
    void theNearestAllowedWholeNumberIsBesideAStrictLimit() {
        Policy policy = policy(Examples.withCondition("inputs.whole >= 10"));
        assertThat(String.valueOf(decided(policy, "{'whole': 17}").nearestAllowed()))
                .isEqualTo("{\"whole\":9}");
        // among real numbers nothing is the nearest below a limit that is itself refused: a hundredth stands for it
        Policy strict = policy(Examples.withCondition("inputs.number >= 10"));
        assertThat(String.valueOf(decided(strict, "{'number': 17}").nearestAllowed()))
                .isEqualTo("{\"number\":9.99}");
    }

    @Test
    void defaultsReachIntoDefaults() {
        Policy policy = policy("""
                policy_id: a
                inputs:
                  type: object
                  properties:
                    o: {type: object, default: {}, properties: {a: {type: integer, default: 5}}}
                rules: [{id: r, when: "inputs.o.a == 5", outcome: deny}]
                default: allow
                """);
        assertThat(decided(policy, "{}").rule()).isEqualTo("r");
        assertThat(decided(policy, "{'o': {}}").rule()).isEqualTo("r");
        assertThat(decided(policy, "{'o': {'a': 6}}").rule()).isEqualTo("default");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '§',
            nullValues = "none",
            value = {
                "number | multipleOf: 0.02 | inputs.x > 0.15 | 0.26 | {'x':0.14}",
                "number | multipleOf: 0.02 | inputs.x >= 0.14 | 0.26 | {'x':0.12}",
                "number | multipleOf: 0.05 | 0.15 < inputs.x | 0.25 | {'x':0.15}",
                "integer | multipleOf: 5 | inputs.x > 12 | 20 | {'x':10}",
                "integer | multipleOf: 5 | inputs.x < 12 | 5 | {'x':15}",
                "integer | minimum: 0 | inputs.x <= 3 | 1 | {'x':4}",
                "integer | maximum: 3 | inputs.x <= 3 | 1 | none",
                "integer | minimum: 0 | inputs.x > 2.5 | 7 | {'x':2}",
                "number | exclusiveMaximum: 10 | inputs.x < 10.0 | 1 | none",
                "number | minimum: 0 | !(inputs.x <= 0.3) | 0.9 | {'x':0.3}",
                "number | minimum: 0 | inputs.x > 0.1 && inputs.x < 0.7 | 0.5 | {'x':0.7}",
                "number | minimum: 0 | inputs.x > 0.1 && inputs.x > 0.3 | 0.5 | {'x':0.3}",
                "number | minimum: 0 | inputs.x > 0.1 && decision.actor != 'root' | 0.5 | {'x':0.1}",
                "number | maximum: 2000 | !(inputs.x >= 0.0 && inputs.x < 1000.0) | 1200 | {'x':999.99}",
                "number | minimum: 0 | inputs.x >= 0.155 | 0.5 | {'x':0.1549}",
                "number | minimum: 0 | inputs.x > 1e-7 | 0.5 | {'x':1.0E-7}",
                "number | minimum: 0 | inputs.x > 100000000.0 | 200000000.5 | {'x':100000000}",
                "number | minimum: 0 | inputs.x != 5.0 | 7 | {'x':5}",
                "integer | minimum: 0 | inputs.x == 5 | 5 | {'x':4}",
                "integer | minimum: 5 | inputs.x == 5 | 5 | {'x':6}",
                "integer | multipleOf: 5 | inputs.x == 10 | 10 | {'x':5}",
                "number | minimum: 0 | inputs.x == 0.0 | 0 | {'x':0.01}",
                "integer | const: 5 | inputs.x == 5 | 5 | none",
                "number | enum: [0, 10, 20, 30] | inputs.x > 15.0 | 30 | {'x':10}",
                "number | minimum: 0 | inputs.x == 3.0 && inputs.x > 2.0 | 3 | {'x':2.01}"
            })
    void theNearestAllowedValueFitsTheSchema(
            String type, String bound, String condition, String given, @Nullable String nearest) {
        Policy policy = policy("""
                policy_id: a
                inputs: {type: object, properties: {x: {type: %s, %s}}}
                rules: [{id: r, when: "%s", outcome: deny}]
                default: allow
                """.formatted(type, bound, condition));
        ObjectNode found = decided(policy, "{'x': " + given + "}").nearestAllowed();
        assertThat(found == null ? null : found.toString())
                .isEqualTo(nearest == null ? null : nearest.replace('\'', '"'));
    }

    @Test
    void largeNumbersAboutTheDecisionDoNotWrapAround() {
        Policy policy = policy(Examples.withCondition("decision.metadata.amount > 1000"));
        DecisionFacts facts = DecisionFacts.of(json("{'metadata': {'amount': 18446744073709551617}}"));
        assertThat(policy.evaluate(json("{}"), facts))
                .isInstanceOfSatisfying(
                        Evaluated.Decided.class,
                        decided -> assertThat(decided.evaluation().rule()).isEqualTo("only"));
    }

    @Test
    void aConditionThatFailsOverAndOverIsStopped() {
        String list = IntStream.range(0, 900).boxed().toList().toString();
        assertThat(decided(
                                policy(Examples.withCondition(
                                        String.join(" || ", Collections.nCopies(60, "1 / 0 == 1")) + " || true")),
                                "{}")
                        .rule())
                .isEqualTo("only");
        Policy loop = policy(Examples.withCondition("inputs.list.all(a, 1 / 0 == 1 || true)"));
        assertThat(decided(loop, "{'list': " + list + "}").reason()).isEqualTo("evaluation_error");
    }

    @Test
    void simulationSaysWhatEveryRuleDoes() {
        Simulation simulation =
                DISCOUNT.simulate(json("{'proposed_discount': 0.2, 'customer_tier': 'premium'}"), Examples.DECISION);
        assertThat(simulation.rules())
                .extracting(Simulation.RuleResult::rule, Simulation.RuleResult::matched, Simulation.RuleResult::counts)
                .containsExactly(
                        tuple("absolute_cap", false, false),
                        tuple("premium_cap", true, true),
                        tuple("standard_cap", true, false),
                        tuple("default", true, false));
    }

    @Test
    void aDocumentIsTheSameInYamlAndJsonAndInAnyOrder() {
        PolicyDocument yaml = PolicyDocument.read(Examples.discountCap());
        PolicyDocument json = PolicyDocument.read(yaml.canonicalText());
        assertThat(json.hash()).isEqualTo(yaml.hash());
        assertThat(PolicyDiff.between(yaml, json)).isEmpty();
    }

    @Test
    void aDiffNamesTheFieldsThatChanged() {
        PolicyDocument before = PolicyDocument.read(Examples.discountCap());
        PolicyDocument after = PolicyDocument.read(Examples.discountCap()
                .replace("> 0.15\n", "> 0.10\n")
                .replace("customer_tier: {type: string, default: standard}", "customer_tier: {type: string}"));
        assertThat(PolicyDiff.between(before, after).stream().map(PolicyDiff.Change::field))
                .containsExactly("inputs.properties.customer_tier.default", "rules[standard_cap].when");
    }

    @Provide
    Arbitrary<ObjectNode> discounts() {
        return Combinators.combine(
                        Arbitraries.doubles().between(0, 1.2).ofScale(3),
                        Arbitraries.of("standard", "premium", "", "gold"),
                        Arbitraries.integers().between(0, 1_000_000),
                        Arbitraries.strings().ofMaxLength(20).alpha())
                .as((discount, tier, value, note) -> {
                    ObjectNode inputs = JsonNodeFactory.instance.objectNode();
                    inputs.put("proposed_discount", BigDecimal.valueOf(discount));
                    inputs.put("customer_tier", tier);
                    inputs.put("order_value", value);
                    return inputs.put("note", note);
                });
    }

    @Property(tries = 500)
    void evaluatingIsAPureFunction(@ForAll("discounts") ObjectNode inputs, @ForAll Random random) {
        Evaluation first = decided(inputs);
        Policy again = policy(PolicyDocument.read(Examples.discountCap()).canonicalText());
        ObjectNode shuffled = shuffled(inputs, random);
        Evaluation second = ((Evaluated.Decided) again.evaluate(shuffled, Examples.DECISION)).evaluation();
        assertThat(second.inputsHash()).isEqualTo(first.inputsHash());
        assertThat(second.outcome()).isEqualTo(first.outcome());
        assertThat(second.rationale()).isEqualTo(first.rationale());
        assertThat(again.hash()).isEqualTo(DISCOUNT.hash());
    }

    @Property(tries = 500)
    void whatIsSaidToBeAllowedIsAllowed(@ForAll("discounts") ObjectNode inputs) {
        Evaluation evaluation = decided(inputs);
        if (evaluation.nearestAllowed() != null) {
            ObjectNode changed = inputs.deepCopy();
            changed.setAll(evaluation.nearestAllowed());
            assertThat(decided(changed).outcome()).isEqualTo(PolicyOutcome.ALLOW);
        }
    }

    private static Evaluation decided(ObjectNode inputs) {
        return ((Evaluated.Decided) DISCOUNT.evaluate(inputs, Examples.DECISION)).evaluation();
    }

    private static Evaluation decided(Policy policy, String inputs) {
        return Examples.decided(policy, inputs);
    }

    private static ObjectNode shuffled(ObjectNode inputs, Random random) {
        List<Map.Entry<String, JsonNode>> fields = new ArrayList<>(inputs.properties());
        Collections.shuffle(fields, random);
        ObjectNode shuffled = JsonNodeFactory.instance.objectNode();
        fields.forEach(field -> shuffled.set(field.getKey(), field.getValue()));
        return shuffled;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "inputs.list.all(a, inputs.list.all(b, inputs.list.all(c, a + b + c >= 0)))",
                "inputs.list.map(a, inputs.list.map(b, inputs.list)).size() > 0",
                "inputs.list.all(a, a in inputs.list && inputs.list == inputs.list && inputs.list + inputs.list != [])",
                "inputs.list.all(a, inputs.text.matches('(a|aa)+$'))",
                "inputs.list.all(a, inputs.text.contains(inputs.text + 'b'))",
                "inputs.list.all(a, (inputs.text + inputs.text + inputs.text + inputs.text).size() > 0)",
                "inputs.text.matches('^(a?){30}a{30}$')"
            })
    void hostileConditionsAreStopped(String condition) {
        String inputs = "{'text': '%s', 'list': %s}"
                .formatted("a".repeat(30_000), IntStream.range(0, 900).boxed().toList());
        Policy policy = policy(Examples.withCondition(condition));
        Evaluation evaluation = decided(policy, inputs);
        assertThat(evaluation.outcome()).isEqualTo(PolicyOutcome.DENY);
        assertThat(evaluation.reason()).isEqualTo("evaluation_error");
    }

    static List<String> hostileTexts() {
        return List.of(
                "(".repeat(2_000) + "true" + ")".repeat(2_000),
                "true" + "||true".repeat(600),
                "true ? true : ".repeat(200) + "true",
                "[".repeat(33) + "]".repeat(33) + " == []",
                "x".repeat(5_000),
                "1" + "+1".repeat(1_500) + " > 0",
                "inputs.text.matches('((a{1,100}){1,100}){1,100}')",
                "inputs.text.matches('" + "(a*)*".repeat(200) + "')");
    }

    @ParameterizedTest
    @MethodSource("hostileTexts")
    void hostileTextsAreRefused(String condition) {
        assertThat(PolicyProblemsTest.problems(Examples.withCondition(condition)))
                .hasSize(1);
    }

    @Test
    void hugeInputsAreRefused() {
        assertThat(unfit(DISCOUNT, "{'proposed_discount': 0.1, 'x': '" + "a".repeat(40_000) + "'}"))
                .isEqualTo("inputs have more than 32768 characters of text; send what the policy needs");
        assertThat(unfit(
                        DISCOUNT,
                        "{'proposed_discount': 0.1, 'x': "
                                + IntStream.range(0, 2_000).boxed().toList() + "}"))
                .isEqualTo("inputs have more than 1000 values; send what the policy needs");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1E-999999999", "1E999999999", "9007199254740993", "1e20", "123456789012345678901234567890"})
    void numbersThatNoConditionCanHoldAreRefused(String number) {
        Policy policy = policy(Examples.withCondition("inputs.number > 5 && inputs.whole > 5"));
        ObjectNode inputs = JsonNodeFactory.instance.objectNode();
        inputs.put("number", new BigDecimal(number));
        assertThat(policy.evaluate(inputs, Examples.DECISION))
                .isInstanceOfSatisfying(
                        Evaluated.Unfit.class,
                        unfit -> assertThat(unfit.sentence())
                                .isEqualTo(
                                        "inputs have a number beyond 9007199254740992, or with an exponent beyond 400; send it as text"));
    }

    @Test
    void whatAnInputHoldsDoesNotDisguiseTheMessage() {
        Policy policy = policy("""
                policy_id: a
                inputs: {type: object, properties: {x: {type: string}}}
                rules: []
                default: {outcome: deny, message: "{x} is too much"}
                """);
        String overriding = "a\u202e\u2028\u0085\u200bb";
        ObjectNode inputs = JsonNodeFactory.instance.objectNode().put("x", overriding);
        Evaluated evaluated = policy.evaluate(inputs, Examples.DECISION);
        assertThat(((Evaluated.Decided) evaluated).evaluation().message()).isEqualTo("a    b is too much");
    }

    @Test
    void longMessagesAreCutBetweenCharacters() {
        Policy policy = policy("""
                policy_id: a
                inputs: {type: object, properties: {x: {type: string}}}
                rules: []
                default: {outcome: deny, message: "b%s"}
                """.formatted("{x}".repeat(300)));
        Evaluation evaluation = ((Evaluated.Decided)
                        policy.evaluate(json("{'x': 'a" + "😀".repeat(300) + "'}"), Examples.DECISION))
                .evaluation();
        assertThat(evaluation.message().length()).isLessThanOrEqualTo(2_001);
        assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(evaluation.message()))
                .isTrue();
    }
}
