package com.tracemem.policy;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Lets each tenant read, check, test and try out one document at a time, so that one that sends many takes at most one processor
 * from the others.
 */
final class Turns {
    private final LoadingCache<String, ReentrantLock> byTenant =
            Caffeine.newBuilder().weakValues().build(tenant -> new ReentrantLock(true));

    /** Waits for the tenant's turn. Work that has it may ask for it again. */
    <T> T take(String tenantId, Supplier<T> work) {
        ReentrantLock turn = byTenant.get(tenantId);
        turn.lock();
        try {
            return work.get();
        } finally {
            turn.unlock();
        }
    }
}
