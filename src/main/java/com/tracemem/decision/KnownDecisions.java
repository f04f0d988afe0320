package com.tracemem.decision;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.policy.DecisionFacts;
import com.tracemem.trace.DecisionKey;
import java.util.Optional;

/**
 * What never changes about decisions, kept in memory: whose each is, and what conditions may ask about it. Bounded by what
 * it takes, because agents attach small metadata and large.
 */
public final class KnownDecisions {
    private static final int MOST_BYTES = 32 << 20;
    private static final int BYTES_AN_ENTRY = 256;

    private record Known(String agentId, DecisionFacts facts) {}

    private final Decisions decisions;
    private final Cache<DecisionKey, Known> facts = Caffeine.newBuilder()
            .maximumWeight(MOST_BYTES)
            .weigher((DecisionKey key, Known known) ->
                    BYTES_AN_ENTRY + known.facts().bytes())
            .build();

    public KnownDecisions(Decisions decisions) {
        this.decisions = decisions;
    }

    /** The facts of a decision that this agent opened; any other is as good as unknown. */
    Optional<DecisionFacts> facts(AgentPrincipal agent, DecisionKey key) {
        Known known = facts.getIfPresent(key);
        if (known == null) {
            // with what the agent attached: a condition that asks about metadata must not find it missing
            Optional<Decision> found = decisions.find(agent.tenantId(), key.decisionId());
            if (found.isEmpty()) {
                return Optional.empty();
            }
            known = new Known(found.get().agentId(), factsOf(found.get()));
            facts.put(key, known);
        }
        return known.agentId().equals(agent.agentId()) ? Optional.of(known.facts()) : Optional.empty();
    }

    /** @param decision with its attachments */
    private static DecisionFacts factsOf(Decision decision) {
        return new DecisionFacts(
                decision.intent(),
                decision.automationMode().wireName(),
                decision.actor(),
                decision.agentId(),
                decision.instance(),
                decision.version(),
                decision.metadata());
    }
}
