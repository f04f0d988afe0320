package com.tracemem.mcp;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The memory that large requests may take together. A request as JSON objects takes many times its bytes, so this is far
 * less than the heap; small requests are too many to count, and not worth it. No tenant gets more than half of it, so that one
 * whose requests arrive slowly leaves room for the others.
 */
final class BodyMemory {
    /** Requests up to this size need no share. */
    static final int FREE_BYTES = 4 << 10;

    private final Semaphore bytes;
    private final LoadingCache<String, Semaphore> byTenant;
    private final Duration longestWait;

    BodyMemory(int mostBytes, Duration longestWait) {
        this.bytes = new Semaphore(mostBytes, true);
        this.byTenant = Caffeine.newBuilder().weakValues().build(tenant -> new Semaphore(mostBytes / 2, true));
        this.longestWait = longestWait;
    }

    /** A part of the memory, taken at most once, and given back when closed. */
    final class Share implements AutoCloseable {
        private final String tenantId;
        private @Nullable Semaphore tenantsBytes;
        private int held;

        private Share(String tenantId) {
            this.tenantId = tenantId;
        }

        /** Waits for so many bytes; false when they did not come in time. */
        boolean take(int count) {
            long deadline = System.nanoTime() + longestWait.toNanos();
            Semaphore own = byTenant.get(tenantId);
            if (!take(own, count, deadline)) {
                return false;
            }
            if (!take(bytes, count, deadline)) {
                own.release(count);
                return false;
            }
            tenantsBytes = own;
            held = count;
            return true;
        }

        private static boolean take(Semaphore from, int count, long deadlineNanos) {
            try {
                return from.tryAcquire(count, deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
                return false;
            }
        }

        @Override
        public void close() {
            if (tenantsBytes != null) {
                bytes.release(held);
                tenantsBytes.release(held);
                tenantsBytes = null;
            }
        }
    }

    Share share(String tenantId) {
        return new Share(tenantId);
    }
}
