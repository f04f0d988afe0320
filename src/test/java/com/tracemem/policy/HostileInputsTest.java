package com.tracemem.policy;

import static com.tracemem.policy.Examples.decided;
import static com.tracemem.policy.Examples.policy;
import static com.tracemem.policy.Examples.unfit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Inputs of allowed size for documents of allowed size, which together would take seconds. */
class HostileInputsTest {
    private static final String TOO_MUCH_TO_CHECK =
            "inputs take more work to check than a policy may cause; send fewer values, or shorter ones";
    private static final String NAMES =
            IntStream.range(0, 3_000).mapToObj(i -> "n" + i).collect(Collectors.joining(","));

    private static Policy withSchema(String properties) {
        return policy("policy_id: p\ninputs: {type: object, " + properties + "}\nrules: []\ndefault: allow\n");
    }

    private static Policy withRule(String properties, String condition) {
        return policy("policy_id: p\ninputs: {type: object, properties: {" + properties
                + "}}\nrules:\n  - {id: r, outcome: allow, when: '" + condition + "'}\ndefault: deny\n");
    }

    private static String list(int size, String item) {
        return "{'l': [" + String.join(",", Collections.nCopies(size, item)) + "]}";
    }

    @Test
    void everyRequiredNameIsCounted() {
        Policy required = withSchema("properties: {l: {items: {type: object, required: [" + NAMES + "]}}}");
        assertThat(unfit(required, list(980, "{}"))).isEqualTo(TOO_MUCH_TO_CHECK);
        Policy dependent = withSchema("properties: {l: {items: {dependentRequired: {a: [" + NAMES + "]}}}}");
        assertThat(unfit(dependent, list(480, "{'a': 1}"))).isEqualTo(TOO_MUCH_TO_CHECK);
    }

    @Test
    void aTypeIsNamedOnce() {
        String types = String.join(",", Collections.nCopies(3_000, "string"));
        assertThatThrownBy(() -> withSchema("properties: {l: {type: [" + types + "]}}"))
                .isInstanceOf(InvalidPolicyException.class)
                .hasMessageContaining("has 3000 types; there are 7, name each once");
    }

    /** Numbers whose hashes are the same make a set of them slow. */
    @Test
    void comparingEachWithEachIsCounted() {
        String all = String.join(",", Collections.nCopies(48, "{uniqueItems: true}"));
        String numbers = LongStream.range(0, 950)
                .mapToObj(i -> String.valueOf((i << 32) | (i ^ 0x12345)))
                .collect(Collectors.joining(","));
        Policy unique = withSchema("properties: {l: {allOf: [" + all + "]}}");
        assertThat(unfit(unique, "{'l': [" + numbers + "]}")).isEqualTo(TOO_MUCH_TO_CHECK);
        Policy once = withSchema("properties: {l: {uniqueItems: true}}");
        assertThat(decided(once, "{'l': [" + numbers + "]}").outcome()).isEqualTo(PolicyOutcome.ALLOW);
    }

    @Test
    void constantsAreCountedWithAllThatTheyHold() {
        String constant = "[[" + String.join(",", Collections.nCopies(900, "1")) + "]]";
        Policy constants =
                withSchema("properties: {l: {items: {$ref: '#/$defs/c'}}}, $defs: {c: {const: " + constant + "}}");
        assertThat(unfit(constants, list(240, "1"))).isEqualTo(TOO_MUCH_TO_CHECK);
    }

    @Test
    void whatStandsBesideAReferenceIsCounted() {
        Policy pattern = withSchema("properties: {t: {$ref: '#/$defs/a'}}, propertyNames: {minLength: 1},"
                + " $defs: {a: {$ref: '#/$defs/b', pattern: '(a{0,900})b$'}, b: {type: string}}");
        assertThat(unfit(pattern, "{'t': '" + "a".repeat(32_000) + "'}")).isEqualTo(TOO_MUCH_TO_CHECK);
    }

    @Test
    void bytesThatGrowAreCounted() {
        Policy growing = withRule(
                "t: {type: string}", "[bytes(inputs.t)]" + ".map(b, b + b)".repeat(16) + ".all(b, size(b) > 1)");
        Evaluation stopped = decided(growing, "{'t': '" + "a".repeat(32_000) + "'}");
        assertThat(stopped.reason()).isEqualTo(Evaluation.EVALUATION_ERROR);
        assertThat(stopped.message()).contains("takes more work than a policy may cause");
    }

    @Test
    void longNamesAreRefused() {
        Policy alternatives =
                withSchema("additionalProperties: {anyOf: [{items: {type: string}}, {items: {type: boolean}}]}");
        assertThat(unfit(alternatives, "{'" + "~".repeat(201) + "': [1]}"))
                .isEqualTo("inputs have a name of more than 200 characters; use shorter ones");
        assertThat(unfit(alternatives, "{'" + "~".repeat(200) + "': [1]}")).contains("fits none of what is possible");
    }

    /** In JSON Schema 2020-12 the words beside a reference hold as well as what it refers to. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '§',
            value = {
                "x: {$ref: '#/$defs/a'} | a: {$ref: '#/$defs/b', maximum: 10}, b: {type: number}",
                "x: {$ref: '#/$defs/a', maximum: 10} | a: {$ref: '#/$defs/b'}, b: {type: number}",
                "x: {$ref: '#/$defs/a'} | a: {$ref: '#/$defs/b'}, b: {type: number, maximum: 10}"
            })
    void whatStandsBesideAReferenceHolds(String properties, String definitions) {
        Policy limited = policy("policy_id: p\ninputs: {type: object, properties: {" + properties + "}, $defs: {"
                + definitions + "}}\nrules:\n  - {id: r, outcome: allow, when: inputs.x > 1.0}\ndefault: deny\n");
        assertThat(unfit(limited, "{'x': 1000}")).isEqualTo("x is 1000; at most 10 is possible");
        assertThat(decided(limited, "{'x': 10}").outcome()).isEqualTo(PolicyOutcome.ALLOW);
    }

    @Test
    void aDefaultBesideAReferenceIsFilledIn() {
        Policy tier = policy("policy_id: p\ninputs: {type: object, properties: {tier: {$ref: '#/$defs/tier',"
                + " default: standard}}, $defs: {tier: {type: string}}}\n"
                + "rules:\n  - {id: r, outcome: deny, when: inputs.tier == 'standard'}\ndefault: allow\n");
        Evaluation filled = decided(tier, "{}");
        assertThat(filled.rule()).isEqualTo("r");
        assertThat(filled.reason()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"number, 1e300", "number, 100000000000000000.0", "integer, 9223372036854775807"})
    void whatCannotBeGivenIsNotAdvised(String type, String border) {
        Policy far = policy("policy_id: p\ninputs: {type: object, properties: {n: {type: " + type
                + "}}}\nrules:\n  - {id: r, outcome: deny, when: inputs.n < " + border + "}\ndefault: allow\n");
        assertThat(decided(far, "{'n': 5}").nearestAllowed()).isNull();
    }
}
