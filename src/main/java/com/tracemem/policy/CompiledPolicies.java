package com.tracemem.policy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.tracemem.trace.Sha256;
import org.jspecify.annotations.Nullable;

/** Policies ready to be evaluated, by the hash of their documents: made once for each, and bounded. */
final class CompiledPolicies {
    /** Bytes, as policies estimate themselves. */
    private static final long MOST = 50_000_000;

    private final Cache<Sha256, Policy> policies = Caffeine.newBuilder()
            .maximumWeight(MOST)
            .weigher((Sha256 hash, Policy policy) -> policy.weight())
            .build();

    @Nullable
    Policy ifThere(PolicyVersion version) {
        return policies.getIfPresent(version.hash());
    }

    Policy of(PolicyVersion version) {
        return policies.get(version.hash(), hash -> Policy.of(PolicyDocument.read(version.source())));
    }
}
