package com.tracemem.policy;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Uses what reads, checks and runs policies once, so that the first text that somebody sends, which may be hostile, does
 * not meet classes that are still to be loaded.
 */
public final class PolicyWarmUp {
    private static final String RULES = """
            policy_id: warm_up
            description: 'Uses a little of everything'
            inputs:
              type: object
              required: [amount]
              additionalProperties: false
              properties:
                amount: {type: number, minimum: 0, maximum: 1e6}
                count: {type: integer, default: 1}
                code: {type: string, pattern: "^[A-Z]{2,3}[0-9]+$", minLength: 1}
                name: {type: string, pattern: "^[\\\\pL\\\\pN\\\\p{Greek}]+$", maxLength: 100}
                since: {type: string, default: "2026-01-01T00:00:00Z"}
                tags: {type: array, items: {type: string}, uniqueItems: true}
                customer: {$ref: "#/$defs/customer"}
                choice: {anyOf: [{type: string}, {type: boolean}], enum: [a, b, true]}
              $defs: {customer: {type: object, properties: {tier: {type: string, default: standard}}}}
            rules:
              - id: sums
                when: inputs.amount * 2.0 + 1.0 > 2000.0 && inputs.count %% 2 == 0 || !(inputs.amount >= 0.0)
                outcome: deny
                message: "{amount} of {customer.tier} is too much"
              - id: texts
                when: has(inputs.code) && inputs.code.matches('^(A|B)+[0-9]{1,20}$') && inputs.code.contains('A')
                outcome: requires_exception
                approval: {route: route_a, expires_in_seconds: 60, require_rationale: true}
              - id: times
                when: |
                  timestamp(inputs.since).getHours('Europe/Berlin') > 24 || duration("1h30m") > duration('1s') && false
                    || (1 / 0 == 1 || true) && has(inputs.name) && inputs.name == "none"
                outcome: deny
              - id: lists
                when: |
                  has(inputs.tags) && inputs.tags.all(a, inputs.tags.exists(b, a == b && a.size() < 3))
                    && inputs.tags.map(a, a + a).size() > 2 ? decision.intent in ["x", "y"] : inputs.amount == %s
                outcome: deny
            default: {outcome: allow}
            tests:
              - {inputs: {amount: 1}, outcome: allow, rule: default}
              - {inputs: {amount: 1000.5, count: 2, customer: {tier: gold}}, outcome: deny}
              - {inputs: {amount: 5, code: AB12}, outcome: requires_exception}
              - {inputs: {amount: 5, tags: [a, b, c]}, outcome: deny, decision: {intent: x}}
              - {inputs: {amount: -5, code: x, tags: [1], other: 1, choice: 5}, outcome: deny}
              - {inputs: {amount: 5, tags: [MANY]}, outcome: deny}
            """.replace("MANY", texts(120));

    /** Each is refused at another place. */
    private static final List<String> WRONG = List.of(
            RULES.formatted("amuont"),
            RULES.formatted("inputs.amuont"),
            RULES.formatted("(((((1 +)"),
            RULES.formatted("'text'"),
            RULES.formatted("(".repeat(40) + "1.0" + ")".repeat(40)),
            RULES.formatted("1.0" + "+1.0".repeat(120)),
            RULES.formatted("1.5").replace("^[A-Z]", "^(?i)[\\\\pL\\\\x{100}]"),
            RULES.formatted("1.5").replace("#/$defs/customer", "#/$defs/custmer"),
            RULES.formatted("1.5").replace("rule: default", "rule: defalt"),
            RULES.formatted("1.5").replace("{amount} of", "{amuont} of"),
            "policy_id: [a, &b c]",
            "a: [",
            "{\"policy_id\": \"a\", \"rules\": [1, 2.5, true, null, {}]}");

    private PolicyWarmUp() {}

    private static String texts(int count) {
        return IntStream.range(0, count).mapToObj(i -> "t" + i).collect(Collectors.joining(","));
    }

    /** Uses everything, what is refused at once, and every hostile text. A few hundred milliseconds of work in a new JVM. */
    public static void run(int rounds) {
        for (int round = 0; round < rounds; round++) {
            Policy policy = Policy.of(PolicyDocument.read(RULES.formatted("1.5")));
            policy.runTests();
            policy.document().tests().forEach(test -> policy.simulate(test.inputs(), DecisionFacts.of(null)));
            WRONG.forEach(PolicyWarmUp::meet);
            for (HostileText text : HostileText.values()) {
                meet(text.source());
            }
        }
    }

    /** Comes to an end, one way or the other. */
    private static void meet(String source) {
        try {
            Policy.of(PolicyDocument.read(source)).runTests();
        } catch (InvalidPolicyException expected) {
            // as it should be
        }
    }
}
