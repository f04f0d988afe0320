package com.tracemem.mcp.tool;

import com.tracemem.identity.AgentPrincipal;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Counts the calls that wait, so that one agent cannot hold every connection of this node. */
final class Waits {
    private record AgentKey(String tenantId, String agentId) {}

    private final int mostPerAgent;
    private final ConcurrentMap<AgentKey, Integer> waiting = new ConcurrentHashMap<>();

    Waits(int mostPerAgent) {
        this.mostPerAgent = mostPerAgent;
    }

    int mostPerAgent() {
        return mostPerAgent;
    }

    /** Whether one more call of the agent may wait; each that may must {@link #leave}. */
    boolean enter(AgentPrincipal agent) {
        boolean[] entered = new boolean[1];
        waiting.compute(key(agent), (key, count) -> {
            int now = count == null ? 0 : count;
            entered[0] = now < mostPerAgent;
            return entered[0] ? (Integer) (now + 1) : count;
        });
        return entered[0];
    }

    void leave(AgentPrincipal agent) {
        waiting.computeIfPresent(key(agent), (key, count) -> count == 1 ? null : count - 1);
    }

    /** How many calls of the agent wait now. */
    int count(AgentPrincipal agent) {
        return waiting.getOrDefault(key(agent), 0);
    }

    private static AgentKey key(AgentPrincipal agent) {
        return new AgentKey(agent.tenantId(), agent.agentId());
    }
}
