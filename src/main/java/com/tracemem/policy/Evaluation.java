package com.tracemem.policy;

import com.tracemem.trace.CanonicalJson;
import com.tracemem.trace.Sha256;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a policy says about inputs.
 *
 * @param rule the id of the rule that counts, or {@code default}
 * @param message for people and agents
 * @param reason {@value #EVALUATION_ERROR} when the rule could not be evaluated, which is a deny; else null
 * @param threshold the number that the rule compares its one numeric input with; null where there is not just one
 * @param nearestAllowed one input and the value nearest to the given one that would be allowed; null where none is known
 * @param approval how to ask for the exception; null unless one is required
 * @param inputs as they were evaluated, with defaults
 */
public record Evaluation(
        PolicyOutcome outcome,
        String rule,
        String message,
        @Nullable String reason,
        @Nullable Double threshold,
        @Nullable ObjectNode nearestAllowed,
        @Nullable ApprovalTerms approval,
        ObjectNode inputs) {
    public static final String EVALUATION_ERROR = "evaluation_error";

    /** {@code {message, rule, reason?, threshold?, nearest_allowed?}}. */
    public ObjectNode rationale() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("message", message);
        json.put("rule", rule);
        if (reason != null) {
            json.put("reason", reason);
        }
        if (threshold != null) {
            json.set("threshold", Numbers.node(threshold));
        }
        if (nearestAllowed != null) {
            json.set("nearest_allowed", nearestAllowed);
        }
        return json;
    }

    /**
     * Of the canonical inputs, defaults included.
     *
     * @throws com.tracemem.trace.NotCanonicalException when they cannot be kept exactly
     */
    public Sha256 inputsHash() {
        return CanonicalJson.of(inputs).digest();
    }
}
