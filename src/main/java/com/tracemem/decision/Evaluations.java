package com.tracemem.decision;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.policy.DecisionFacts;
import com.tracemem.policy.Evaluated;
import com.tracemem.policy.Evaluation;
import com.tracemem.policy.Policies;
import com.tracemem.policy.PolicyVersion;
import com.tracemem.trace.Actor;
import com.tracemem.trace.CanonicalJson;
import com.tracemem.trace.DecisionKey;
import com.tracemem.trace.EventType;
import com.tracemem.trace.Ledger;
import com.tracemem.trace.NewEvent;
import com.tracemem.trace.Outcome;
import com.tracemem.trace.Refusal;
import com.tracemem.trace.Sha256;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Evaluates policies within decisions. A decision keeps, for each policy, the version that it evaluated first; the trace
 * keeps what the policy said.
 */
public final class Evaluations {
    private static final int REMEMBERED = 10_000;
    /** One with the version that is expected, one with the version that the decision turns out to be bound to. */
    private static final int TRIES = 3;

    /** What never changes about a decision. */
    private record Known(String agentId, DecisionFacts facts) {}

    private record Binding(DecisionKey decision, String policyId) {}

    private final Ledger ledger;
    private final Decisions decisions;
    private final Policies policies;
    private final Cache<DecisionKey, Known> facts =
            Caffeine.newBuilder().maximumSize(REMEMBERED).build();
    private final Cache<Binding, Integer> versions =
            Caffeine.newBuilder().maximumSize(REMEMBERED).build();

    public Evaluations(Ledger ledger, Decisions decisions, Policies policies) {
        this.ledger = ledger;
        this.decisions = decisions;
        this.policies = policies;
    }

    /**
     * Evaluates and records. Inputs that do not fit the policy are refused, and nothing is recorded.
     *
     * @throws com.tracemem.trace.NotCanonicalException when the inputs cannot be kept exactly
     */
    public Outcome<PolicyEvaluated> evaluate(
            AgentPrincipal agent, String decisionId, String policyId, ObjectNode inputs) {
        DecisionKey key = new DecisionKey(agent.tenantId(), decisionId);
        Optional<DecisionFacts> about = facts(agent, key);
        if (about.isEmpty()) {
            return Decisions.notFound();
        }
        if (!agent.permissions().mayUsePolicy(policyId)) {
            return unknown(policyId);
        }
        Binding binding = new Binding(key, policyId);
        for (int i = 0; i < TRIES; i++) {
            Integer bound = versions.getIfPresent(binding);
            Optional<PolicyVersion> version = policies.toEvaluate(agent.tenantId(), policyId, bound);
            if (version.isEmpty()) {
                return unknown(policyId);
            }
            Outcome<PolicyEvaluated> outcome = attempt(agent, key, version.get(), inputs, about.get());
            if (outcome != null) {
                return outcome;
            }
        }
        return Outcome.refused(
                Refusal.Code.CONFLICT, "The policy was published anew while it was evaluated: evaluate it again");
    }

    /** Null when the decision is bound to another version, which is remembered then. */
    private @Nullable Outcome<PolicyEvaluated> attempt(
            AgentPrincipal agent, DecisionKey key, PolicyVersion version, ObjectNode inputs, DecisionFacts about) {
        long begun = System.nanoTime();
        Evaluated evaluated = policies.compiled(version).evaluate(inputs, about);
        long microseconds = (System.nanoTime() - begun) / 1_000;
        return switch (evaluated) {
            case Evaluated.Unfit unfit ->
                Outcome.refused(
                        Refusal.Code.INVALID,
                        "inputs do not fit policy '" + version.policyId() + "': " + unfit.sentence());
            case Evaluated.Decided decided -> {
                Evaluation evaluation = decided.evaluation();
                CanonicalJson canonical = CanonicalJson.of(evaluation.inputs());
                NewEvent event = NewEvent.of(
                        EventType.POLICY_EVAL,
                        Actor.agent(agent.agentId(), agent.name()),
                        evidence(version, evaluation, canonical.digest(), microseconds));
                Outcome<EvaluatePolicy.Recorded> recorded = ledger.execute(
                        new EvaluatePolicy(key, agent.agentId(), state(version, evaluation), canonical.text(), event));
                yield switch (recorded) {
                    case Outcome.Refused<EvaluatePolicy.Recorded> refused -> new Outcome.Refused<>(refused.refusal());
                    case Outcome.Done<EvaluatePolicy.Recorded> done -> {
                        Binding binding = new Binding(key, version.policyId());
                        yield switch (done.value()) {
                            case EvaluatePolicy.Recorded.Done(var appended) -> {
                                versions.put(binding, version.version());
                                yield Outcome.done(new PolicyEvaluated(
                                        appended.eventId(),
                                        version.policyId(),
                                        version.version(),
                                        version.hash(),
                                        evaluation));
                            }
                            case EvaluatePolicy.Recorded.BoundTo(int other) -> {
                                versions.put(binding, other);
                                yield null;
                            }
                        };
                    }
                };
            }
        };
    }

    private Optional<DecisionFacts> facts(AgentPrincipal agent, DecisionKey key) {
        Known known = facts.getIfPresent(key);
        if (known == null) {
            Optional<Decision> found = decisions.find(agent, key.decisionId());
            if (found.isEmpty()) {
                return Optional.empty();
            }
            known = new Known(found.get().agentId(), factsOf(found.get()));
            facts.put(key, known);
        }
        return known.agentId().equals(agent.agentId()) ? Optional.of(known.facts()) : Optional.empty();
    }

    /** What conditions may ask about a decision. */
    public static DecisionFacts factsOf(Decision decision) {
        return new DecisionFacts(
                decision.intent(),
                decision.automationMode().wireName(),
                decision.actor(),
                decision.agentId(),
                decision.instance(),
                decision.version(),
                decision.metadata());
    }

    private static PolicyState state(PolicyVersion version, Evaluation evaluation) {
        return new PolicyState(
                version.policyId(),
                version.version(),
                evaluation.outcome(),
                evaluation.rule(),
                evaluation.message(),
                evaluation.approval(),
                0,
                null);
    }

    private static ObjectNode evidence(
            PolicyVersion version, Evaluation evaluation, Sha256 inputsHash, long microseconds) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("policy_id", version.policyId());
        json.put("policy_version", version.version());
        json.put("policy_hash", version.hash().hex());
        json.put("outcome", evaluation.outcome().wireName());
        json.setAll(evaluation.rationale());
        json.put("inputs_hash", inputsHash.hex());
        if (evaluation.approval() != null) {
            json.set("approval", evaluation.approval().toJson());
        }
        return json.put("duration_us", microseconds);
    }

    private static Outcome<PolicyEvaluated> unknown(String policyId) {
        return Outcome.refused(Refusal.Code.NOT_FOUND, "Policy '" + policyId + "' not found or not accessible");
    }
}
