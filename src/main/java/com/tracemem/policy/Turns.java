package com.tracemem.policy;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Lets each tenant check, test and try out one document at a time, so that one that sends many takes at most one processor
 * from the others.
 */
final class Turns {
    private final LoadingCache<String, Semaphore> byTenant =
            Caffeine.newBuilder().weakValues().build(tenant -> new Semaphore(1, true));

    /** Waits for the tenant's turn. The work must not ask for another one. */
    <T> T take(String tenantId, Supplier<T> work) {
        Semaphore turn = byTenant.get(tenantId);
        turn.acquireUninterruptibly();
        try {
            return work.get();
        } finally {
            turn.release();
        }
    }
}
