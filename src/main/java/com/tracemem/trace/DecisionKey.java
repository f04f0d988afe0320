package com.tracemem.trace;

/** Names one decision of one tenant. */
public record DecisionKey(String tenantId, String decisionId) implements Comparable<DecisionKey> {
    @Override
    public int compareTo(DecisionKey other) {
        int byTenant = tenantId.compareTo(other.tenantId);
        return byTenant != 0 ? byTenant : decisionId.compareTo(other.decisionId);
    }
}
