package com.tracemem.decision;

import com.tracemem.policy.DecisionFacts;
import com.tracemem.policy.Evaluated;
import com.tracemem.policy.Evaluation;
import com.tracemem.policy.Policies;
import com.tracemem.policy.Policy;
import com.tracemem.policy.PolicyOutcome;
import com.tracemem.policy.PolicyVersion;
import com.tracemem.product.PlannedWrite;
import com.tracemem.product.Product;
import com.tracemem.trace.CanonicalJson;
import com.tracemem.trace.NotCanonicalException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Evaluates the policies of a product on a write: each on every record, whose fields, keys included, are its inputs. The
 * worst answer counts, and what cannot be evaluated is a deny.
 */
final class ProductPolicies {
    private final Policies policies;

    ProductPolicies(Policies policies) {
        this.policies = policies;
    }

    /** @param bound the versions that the decision is bound to, by policy, as far as they are known */
    List<Attached> evaluate(PlannedWrite.Planned write, DecisionFacts about, Map<String, Integer> bound) {
        return write.product().policies().stream()
                .map(policyId -> evaluate(write, policyId, bound.get(policyId), about))
                .toList();
    }

    private Attached evaluate(
            PlannedWrite.Planned write, String policyId, @Nullable Integer bound, DecisionFacts about) {
        Optional<PolicyVersion> version = policies.toEvaluate(write.product().tenantId(), policyId, bound);
        if (version.isEmpty()) {
            return impossible(policyId, "it is not published", "not_published");
        }
        Optional<Policy> policy = policies.usable(version.get());
        if (policy.isEmpty()) {
            return impossible(policyId, "it has to be published anew for this release", "outdated");
        }
        Attached worst = null;
        for (JsonNode row : write.mutation().path("records")) {
            Attached said = evaluate(write.product(), version.get(), policy.get(), (ObjectNode) row, about);
            if (worst == null || badness(said) > badness(worst)) {
                worst = said;
            }
        }
        return worst == null ? unfit(version.get(), "the write has no records") : worst;
    }

    private static Attached impossible(String policyId, String why, String reason) {
        return new Attached(
                policyId,
                null,
                PolicyOutcome.DENY,
                "none",
                why + ", and what cannot be evaluated is denied; tell an administrator",
                null,
                evidence(policyId, PolicyOutcome.DENY, "none").put("reason", reason),
                null);
    }

    private static int badness(Attached said) {
        return switch (said.outcome()) {
            case ALLOW -> 0;
            case REQUIRES_EXCEPTION -> 1;
            case DENY -> 2;
        };
    }

    private static Attached evaluate(
            Product product, PolicyVersion version, Policy policy, ObjectNode row, DecisionFacts about) {
        return switch (policy.evaluate(row, about)) {
            case Evaluated.Unfit unfit -> unfit(version, unfit.sentence());
            case Evaluated.Decided(Evaluation evaluation) -> decided(product, version, evaluation);
        };
    }

    private static Attached unfit(PolicyVersion version, String why) {
        return new Attached(
                version.policyId(),
                version.version(),
                PolicyOutcome.DENY,
                "inputs",
                "the write does not fit its inputs: " + why,
                null,
                evidence(version, PolicyOutcome.DENY, "inputs").put("reason", "inputs_do_not_fit"),
                null);
    }

    private static Attached decided(Product product, PolicyVersion version, Evaluation evaluation) {
        ObjectNode evidence = evidence(version, evaluation.outcome(), evaluation.rule());
        if (evaluation.reason() != null) {
            evidence.put("reason", evaluation.reason());
        }
        CanonicalJson inputs;
        try {
            inputs = CanonicalJson.of(evaluation.inputs());
        } catch (NotCanonicalException notExact) {
            return unfit(version, notExact.sentence());
        }
        evidence.put("inputs_hash", inputs.digest().hex());
        return new Attached(
                version.policyId(),
                version.version(),
                evaluation.outcome(),
                evaluation.rule(),
                evaluation.message(),
                evaluation.approval(),
                evidence,
                CanonicalJson.of(masked(product, evaluation.inputs())).text());
    }

    /** What is masked is evaluated, but not kept. */
    private static JsonNode masked(Product product, JsonNode inputs) {
        if (!(inputs instanceof ObjectNode object)) {
            return inputs;
        }
        ObjectNode kept = object.deepCopy();
        product.fields().stream()
                .filter(field -> field.masked() && kept.has(field.name()))
                .forEach(field -> kept.put(field.name(), ProposedActions.MASK));
        return kept;
    }

    private static ObjectNode evidence(PolicyVersion version, PolicyOutcome outcome, String rule) {
        return evidence(version.policyId(), outcome, rule)
                .put("policy_version", version.version())
                .put("policy_hash", version.hash().hex());
    }

    private static ObjectNode evidence(String policyId, PolicyOutcome outcome, String rule) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("policy_id", policyId)
                .put("outcome", outcome.wireName())
                .put("rule", rule);
    }
}
