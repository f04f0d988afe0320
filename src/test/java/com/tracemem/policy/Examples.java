package com.tracemem.policy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Policies and inputs for tests. */
public final class Examples {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    static final DecisionFacts DECISION = DecisionFacts.of(null);

    private Examples() {}

    /** The discount policy that the product ships as an example. */
    public static String discountCap() {
        try {
            return Files.readString(Path.of("examples/policies/discount_cap_v1.yaml"));
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    public static Policy policy(String source) {
        return Policy.of(PolicyDocument.read(source));
    }

    public static ObjectNode json(String text) {
        return (ObjectNode) MAPPER.readTree(text.replace('\'', '"'));
    }

    static Evaluation decided(Policy policy, String inputs) {
        return switch (policy.evaluate(json(inputs), DECISION)) {
            case Evaluated.Decided decided -> decided.evaluation();
            case Evaluated.Unfit unfit -> throw new AssertionError(unfit.sentence());
        };
    }

    static String unfit(Policy policy, String inputs) {
        return switch (policy.evaluate(json(inputs), DECISION)) {
            case Evaluated.Decided decided -> throw new AssertionError(decided.toString());
            case Evaluated.Unfit unfit -> unfit.sentence();
        };
    }

    /** A policy with one rule, which requires an exception, over inputs {@code number, whole, text, list, any, customer}. */
    static String withCondition(String condition) {
        return """
                policy_id: sample
                inputs:
                  type: object
                  properties:
                    number: {type: number}
                    whole: {type: integer}
                    text: {type: string}
                    list: {type: array, items: {type: integer}}
                    any: {}
                    customer: {type: object, properties: {tier: {type: string}}}
                rules:
                  - id: only
                    when: |
                      %s
                    outcome: requires_exception
                default: allow
                """.formatted(condition.replace("\n", "\n      "));
    }
}
