package com.tracemem.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said about documents that are not right, to the letter. */
class PolicyProblemsTest {

    static List<String> problems(String source) {
        return catchThrowableOfType(InvalidPolicyException.class, () -> Policy.of(PolicyDocument.read(source)))
                .problems()
                .stream()
                .map(PolicyProblem::sentence)
                .toList();
    }

    static Stream<Arguments> documents() {
        return Stream.of(
                Arguments.of("", "The document: is empty; send a policy in YAML or JSON"),
                Arguments.of(
                        "- a",
                        "The document (line 1, column 1): is not a mapping; a policy has the fields policy_id, description,"
                                + " inputs, rules, default, tests"),
                Arguments.of(
                        "a: &x 1",
                        "The document (line 1, column 4): has a YAML anchor; write each value out where it is used"),
                Arguments.of("a: *x", "The document (line 1, column 4): has a YAML alias; write the value out"),
                Arguments.of("a: !!int 1", "The document (line 1, column 4): has a YAML tag; write plain values"),
                Arguments.of("a: 1\na: 2", "The document (line 2, column 1): has the name 'a' twice in one mapping"),
                Arguments.of(
                        "{\"a\": 1, \"a\": 2}",
                        "The document (line 1, column 10): has the name 'a' twice in one object"),
                Arguments.of(
                        "a: .inf", "The document (line 1, column 4): has a number that is not finite; JSON has none"),
                Arguments.of(
                        "a: 1\n---\nb: 2",
                        "The document (line 2, column 1): is followed by another document; send one at a time"),
                Arguments.of(
                        "a: " + "[".repeat(30) + "]".repeat(30),
                        "The document (line 1, column 27): is nested deeper than 24 levels; make it flatter"),
                Arguments.of("x".repeat(70_000), "The document: is larger than 64 KiB; make several policies of it"));
    }

    @ParameterizedTest
    @MethodSource("documents")
    void textsThatAreNoDocument(String source, String problem) {
        assertThat(problems(source)).containsExactly(problem);
    }

    @Test
    void everyMistakeInTheShapeIsNamedAtOnce() {
        assertThat(problems("""
                        policy_id: Discount Cap
                        inputs: {type: object}
                        rule: []
                        rules:
                          - {id: a, when: "true", outcome: permit}
                          - {id: a, outcome: deny, approval: {route: r}}
                          - {id: default, when: "true", outcome: requires_exception, approval: {route: R, expires_in_seconds: 0}}
                          - nothing
                        tests:
                          - {inputs: {}, outcome: allow, rule: b}
                        """))
                .containsExactly(
                        "rule (line 3, column 7): is not a field of a policy; did you mean 'rules'?",
                        "policy_id (line 1, column 12): is 'Discount Cap'; use 1 to 64 of a-z, 0-9, _ and -",
                        "rules[0].outcome (line 5, column 36): is 'permit'; use allow, deny or requires_exception",
                        "rules[1].id (line 6, column 10): is 'a', as another rule's; give each its own",
                        "rules[1].when (line 6, column 5): is missing or empty",
                        "rules[1].approval (line 6, column 38): has no meaning when the outcome is deny; remove it, or use"
                                + " requires_exception",
                        "rules[2].id (line 7, column 10): is 'default', which names what holds when no rule matches; choose another",
                        "rules[2].approval.route (line 7, column 80): is 'R'; a route's id has 1 to 64 of a-z, 0-9, _ and -",
                        "rules[2].approval.expires_in_seconds (line 7, column 103): is 0; use a whole number from 1 to 2678400",
                        "rules[3] (line 8, column 5): is text; a rule has id, when, outcome and message",
                        "default (line 1, column 1): is missing; say what holds when no rule matches: {outcome: deny, message: …}",
                        "tests[0].rule (line 10, column 40): is 'b', which is no rule; did you mean 'a'?");
    }

    @Test
    void mistakesInTheSchemaAreFoundBeforeAnybodySendsInputs() {
        assertThat(problems("""
                        policy_id: a
                        inputs:
                          type: object
                          requird: [n]
                          x-owner: pricing
                          properties:
                            n: {type: number, minimun: 3, maximum: a, example: 1}
                            t: {type: string, enum: a, maxLength: -1}
                            d: {type: string, format: dat}
                            f: {type: string, format: iban}
                          dependentRequired: {n: [t]}
                        rules: []
                        default: allow
                        """))
                .containsExactly(
                        "inputs.requird (line 4, column 12): is no word of JSON Schema; did you mean 'required'?",
                        "inputs.properties.n.minimun (line 7, column 32): is no word of JSON Schema; did you mean 'minimum'?",
                        "inputs.properties.n.maximum (line 7, column 44): is \"a\"; give a number",
                        "inputs.properties.n.example (line 7, column 56): is no word of JSON Schema; did you mean 'examples'?",
                        "inputs.properties.t.enum (line 8, column 29): is text; give a list",
                        "inputs.properties.t.maxLength (line 8, column 43): is -1; give a whole number, 0 or more",
                        "inputs.properties.d.format (line 9, column 31): is \"dat\", which is no format that is checked; did you mean 'date'?",
                        "inputs.properties.f.format (line 10, column 31): is \"iban\", which is no format that is checked; there are date, date-time, duration, email, hostname, ipv4, ipv6, time, uri, uri-reference, uuid");
    }

    @Test
    void aDefaultFitsItsOwnSchema() {
        assertThat(problems("""
                        policy_id: a
                        inputs:
                          type: object
                          required: [m]
                          properties:
                            n: {type: integer, default: bad}
                            m: {type: integer}
                            o: {type: object, default: {}, properties: {a: {type: integer, maximum: 3, default: 5}}}
                        rules: []
                        default: allow
                        """))
                .containsExactly(
                        "inputs.properties.n.default (line 6, column 33): is text; give a whole number",
                        "inputs.properties.o.a.default (line 8, column 8): is 5; at most 3 is possible");
    }

    static Stream<Arguments> conditions() {
        return Stream.of(
                Arguments.of(
                        "inputs.numbr > 5",
                        "(line 14, column 14): knows no field 'numbr' of inputs; did you mean 'number'?"),
                Arguments.of("input.number > 5", "(line 14, column 7): knows no 'input'; did you mean 'inputs'?"),
                Arguments.of("number > 5", "(line 14, column 7): knows no 'number'; did you mean 'inputs.number'?"),
                Arguments.of(
                        "has(inputs.customer.teir)",
                        "(line 14, column 10): knows no field 'teir' of inputs.customer; did you mean 'tier'?"),
                Arguments.of(
                        "decision.intnt == ''",
                        "(line 14, column 16): knows no field 'intnt' of decision; did you mean 'intent'?"),
                Arguments.of(
                        "true &&\n  inputs.numbr > 2",
                        "(line 15, column 16): knows no field 'numbr' of inputs; did you mean 'number'?"),
                Arguments.of(
                        "inputs.text",
                        "(line 13, column 11): gives text instead of true or false; compare it with something"),
                Arguments.of(
                        "inputs.any",
                        "(line 13, column 11): gives a value of unknown type instead of true or false;"
                                + " compare it with something"),
                Arguments.of("inputs.text > 5", "(line 14, column 19): cannot use > with (string, int)"),
                Arguments.of(
                        "inputs.number * 2 > 3.0",
                        "(line 14, column 21): cannot use * with (double, int); write whole numbers as 2.0 to calculate"
                                + " with decimal ones"),
                Arguments.of(
                        "inputs.text.matches(inputs.text)",
                        "(line 13, column 11): matches something with a pattern that is not written out; put the pattern in"
                                + " quotation marks"),
                Arguments.of(
                        "inputs.text.matches('(?=a)')",
                        "(line 13, column 11): has a pattern that RE2 does not know (invalid or unsupported Perl syntax);"
                                + " look-around and back references are not possible"));
    }

    @ParameterizedTest
    @MethodSource("conditions")
    void conditionsThatCannotHold(String condition, String problem) {
        assertThat(problems(Examples.withCondition(condition))).containsExactly("rules[0].when " + problem);
    }

    /** However the condition is written, the place is that of the typo, marked here by what it is called. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "when: inputs.number > 1.0 && inputs.typo > 2.0",
                "when: inputs.number > 1.0 &&\n      inputs.typo > 2.0",
                "when: >\n      inputs.number > 1.0\n\n      && inputs.typo > 2.0\n",
                "when: >-  # folded\n      inputs.number > 1.0\n      && inputs.typo > 2.0\n",
                "when: |2\n        inputs.number > 1.0 &&\n        inputs.typo > 2.0\n",
                "when: 'inputs.text != ''a'' && inputs.typo > 2.0'",
                "when: 'inputs.text != ''a'' &&\n\n      inputs.typo > 2.0'",
                "when: \"inputs.text != \\\"\\x61\\u0062\\\" &&\\n\\\n      inputs.typo > 2.0\"",
                "when: inputs.text != \"😀\" && inputs.typo > 2.0"
            })
    void theTypoIsFoundHoweverItIsWritten(String when) {
        String source = Examples.withCondition("x").replaceFirst("when: \\|\\n +x", Matcher.quoteReplacement(when));
        int typo = source.indexOf("typo");
        String before = source.substring(0, typo);
        int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
        int column = 1 + before.codePointCount(before.lastIndexOf('\n') + 1, typo);
        assertThat(problems(source))
                .containsExactly("rules[0].when (line " + line + ", column " + column
                        + "): knows no field 'typo' of inputs; there are any, customer, list, number, text, whole");
    }

    @Test
    void theTypoIsFoundInJson() {
        String source = """
                {"policy_id": "a", "inputs": {"type": "object", "properties": {"text": {"type": "string"}}},
                 "default": "allow", "rules": [{"id": "r", "outcome": "deny",
                   "when": "inputs.text != \\"\\u00e9\\/\\" &&\\n\\tinputs.tezt != ''"}]}
                """;
        assertThat(problems(source))
                .containsExactly(
                        "rules[0].when (line 3, column 54): knows no field 'tezt' of inputs; did you mean 'text'?");
    }

    @Test
    void aTypoAtTheEndIsFoundThere() {
        assertThat(problems(Examples.withCondition("x").replaceFirst("when: \\|\\n +x", "when: inputs.number >")))
                .singleElement()
                .asString()
                .startsWith("rules[0].when (line 13, column 26): is not CEL that can be read");
    }

    @Test
    void referencesMeanTheSameToEverybody() {
        assertThat(problems("""
                        policy_id: a
                        inputs:
                          type: object
                          properties: {x: {$ref: "#/$defs/a%62"}}
                          $defs:
                            a%62: {type: string}
                            ab: {$ref: "#/$defs/ab"}
                            large: {type: string, pattern: "((a{100}){100}){100}"}
                        rules: []
                        default: allow
                        """))
                .containsExactly(
                        "inputs.properties.x.$ref (line 4, column 26): is '#/$defs/a%62'; refer to a definition of this"
                                + " policy: '#/$defs/…'",
                        "inputs.$defs.ab.$ref.$ref (line 7, column 16): refers to itself; inputs cannot be endlessly deep",
                        "inputs.$defs.large.pattern (line 8, column 36): has a pattern of more than 1000 parts once its"
                                + " repetitions are written out; use smaller counts, or *");
    }

    @Test
    void schemasStayWithinTheDocument() {
        assertThat(problems("""
                        policy_id: a
                        inputs:
                          type: object
                          properties:
                            x: {$ref: "https://example.com/schema"}
                            y: {type: strng}
                            z: {$ref: "#/$defs/loop"}
                            p: {type: string, pattern: "(a{1000}){1000}"}
                          $defs: {loop: {type: array, items: {$ref: "#/$defs/loop"}}}
                        rules: []
                        default: allow
                        """))
                .containsExactly(
                        "inputs.properties.x.$ref (line 5, column 15): is 'https://example.com/schema'; refer to a definition of this"
                                + " policy: '#/$defs/…'",
                        "inputs.properties.y.type (line 6, column 15): is \"strng\", which is no type; did you mean 'string'?",
                        "inputs.properties.z.$ref.items.$ref (line 7, column 15): refers to itself; inputs cannot be endlessly deep",
                        "inputs.properties.p.pattern (line 8, column 32): has a pattern of more than 1000 parts once its repetitions are"
                                + " written out; use smaller counts, or *");
    }

    @Test
    void placeholdersNameInputs() {
        assertThat(problems("""
                        policy_id: a
                        inputs: {type: object, properties: {amount: {type: number}}}
                        rules: []
                        default: {outcome: deny, message: "{amuont} is too much {{sic}}"}
                        """))
                .containsExactly("default.message (line 4, column 35): has the placeholder {amuont}, which is"
                        + " no input; did you mean 'amount'?");
    }
}
