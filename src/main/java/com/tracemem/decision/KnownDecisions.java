package com.tracemem.decision;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.policy.DecisionFacts;
import com.tracemem.trace.DecisionKey;
import java.util.Optional;

/** What never changes about decisions, kept in memory: whose each is, and what conditions may ask about it. */
public final class KnownDecisions {
    private static final int REMEMBERED = 10_000;

    private record Known(String agentId, DecisionFacts facts) {}

    private final Decisions decisions;
    private final Cache<DecisionKey, Known> facts =
            Caffeine.newBuilder().maximumSize(REMEMBERED).build();

    public KnownDecisions(Decisions decisions) {
        this.decisions = decisions;
    }

    /** The facts of a decision that this agent opened; any other is as good as unknown. */
    Optional<DecisionFacts> facts(AgentPrincipal agent, DecisionKey key) {
        Known known = facts.getIfPresent(key);
        if (known == null) {
            Optional<Decision> found = decisions.find(agent, key.decisionId());
            if (found.isEmpty()) {
                return Optional.empty();
            }
            known = new Known(found.get().agentId(), Evaluations.factsOf(found.get()));
            facts.put(key, known);
        }
        return known.agentId().equals(agent.agentId()) ? Optional.of(known.facts()) : Optional.empty();
    }
}
