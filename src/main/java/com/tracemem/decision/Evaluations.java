package com.tracemem.decision;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.identity.TenantSettings;
import com.tracemem.identity.Tenants;
import com.tracemem.policy.DecisionFacts;
import com.tracemem.policy.Evaluated;
import com.tracemem.policy.Evaluation;
import com.tracemem.policy.Policies;
import com.tracemem.policy.Policy;
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

    private record Binding(DecisionKey decision, String policyId) {}

    private final Ledger ledger;
    private final KnownDecisions known;
    private final Policies policies;
    private final Tenants tenants;
    private final Cache<Binding, Integer> versions =
            Caffeine.newBuilder().maximumSize(REMEMBERED).build();

    public Evaluations(Ledger ledger, KnownDecisions known, Policies policies, Tenants tenants) {
        this.ledger = ledger;
        this.known = known;
        this.policies = policies;
        this.tenants = tenants;
    }

    /** As {@link #evaluate(AgentPrincipal, String, String, ObjectNode, String)}, with inputs that the agent gave itself. */
    public Outcome<PolicyEvaluated> evaluate(
            AgentPrincipal agent, String decisionId, String policyId, ObjectNode inputs) {
        return evaluate(agent, decisionId, policyId, inputs, null);
    }

    /**
     * Evaluates and records. Inputs that do not fit the policy are refused, and nothing is recorded.
     *
     * @param inputsRef the event of the read that gave the inputs; null when the agent gave them itself
     * @throws com.tracemem.trace.NotCanonicalException when the inputs cannot be kept exactly
     */
    public Outcome<PolicyEvaluated> evaluate(
            AgentPrincipal agent, String decisionId, String policyId, ObjectNode inputs, @Nullable String inputsRef) {
        DecisionKey key = new DecisionKey(agent.tenantId(), decisionId);
        Optional<DecisionFacts> about = known.facts(agent, key);
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
            Outcome<PolicyEvaluated> outcome = attempt(agent, key, version.get(), inputs, inputsRef, about.get());
            if (outcome != null) {
                return outcome;
            }
        }
        return Outcome.refused(
                Refusal.Code.CONFLICT, "The policy was published anew while it was evaluated: evaluate it again");
    }

    /** Null when the decision is bound to another version, which is remembered then. */
    private @Nullable Outcome<PolicyEvaluated> attempt(
            AgentPrincipal agent,
            DecisionKey key,
            PolicyVersion version,
            ObjectNode inputs,
            @Nullable String inputsRef,
            DecisionFacts about) {
        Optional<Policy> policy = policies.usable(version);
        if (policy.isEmpty()) {
            return Outcome.refused(
                    Refusal.Code.CONFLICT,
                    "Policy '" + version.policyId()
                            + "' was published by an earlier release and cannot be evaluated by this"
                            + " one, so it allows nothing: ask an administrator to publish it anew");
        }
        long begun = System.nanoTime();
        Evaluated evaluated = policy.get().evaluate(inputs, about);
        long microseconds = (System.nanoTime() - begun) / 1_000;
        return switch (evaluated) {
            case Evaluated.Unfit unfit ->
                Outcome.refused(
                        Refusal.Code.INVALID,
                        "inputs do not fit policy '" + version.policyId() + "': " + unfit.sentence());
            case Evaluated.Decided decided -> {
                Evaluation evaluation = decided.evaluation();
                CanonicalJson canonical = CanonicalJson.of(evaluation.inputs());
                Sha256 inputsHash = canonical.digest();
                NewEvent event = NewEvent.of(
                        EventType.POLICY_EVAL,
                        Actor.agent(agent.agentId(), agent.name()),
                        evidence(version, evaluation, inputsHash, inputsRef, microseconds));
                Outcome<EvaluatePolicy.Recorded> recorded = ledger.execute(new EvaluatePolicy(
                        key,
                        agent.agentId(),
                        state(version, evaluation, inputsHash),
                        keepsInputs(agent) ? canonical.text() : null,
                        event));
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

    private boolean keepsInputs(AgentPrincipal agent) {
        return tenants.knownSettings(agent.tenantId())
                .map(TenantSettings::retainPolicyInputs)
                .orElse(false);
    }

    private static PolicyState state(PolicyVersion version, Evaluation evaluation, Sha256 inputsHash) {
        return new PolicyState(
                version.policyId(),
                version.version(),
                evaluation.outcome(),
                evaluation.rule(),
                evaluation.message(),
                evaluation.approval(),
                0,
                null,
                false,
                inputsHash);
    }

    private static ObjectNode evidence(
            PolicyVersion version,
            Evaluation evaluation,
            Sha256 inputsHash,
            @Nullable String inputsRef,
            long microseconds) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("policy_id", version.policyId());
        json.put("policy_version", version.version());
        json.put("policy_hash", version.hash().hex());
        json.put("outcome", evaluation.outcome().wireName());
        json.setAll(evaluation.rationale());
        json.put("inputs_hash", inputsHash.hex());
        if (inputsRef != null) {
            json.put("inputs_ref", inputsRef);
        }
        if (evaluation.approval() != null) {
            json.set("approval", evaluation.approval().toJson());
        }
        return json.put("duration_us", microseconds);
    }

    private static Outcome<PolicyEvaluated> unknown(String policyId) {
        return Outcome.refused(Refusal.Code.NOT_FOUND, "Policy '" + policyId + "' not found or not accessible");
    }
}
