package com.tracemem.product;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The memory that large answers of all tenants may take together; small ones are too many to count, and not worth it. No
 * tenant gets more than half of it, unless that is less than one answer needs.
 */
public final class ReadMemory {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(3);
    private static final int PART_OF_HEAP = 4;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition givenBack = lock.newCondition();
    private final Map<String, Long> heldBy = new HashMap<>();
    private final long most;
    private final Duration longestWait;
    private long held;

    /** A part of the heap. */
    public ReadMemory() {
        this(Runtime.getRuntime().maxMemory() / PART_OF_HEAP, LONGEST_WAIT);
    }

    /**
     * @param most bytes
     * @param longestWait for what others hold
     */
    public ReadMemory(long most, Duration longestWait) {
        this.most = most;
        this.longestWait = longestWait;
    }

    /** A part of the memory, given back when closed. */
    public final class Share implements AutoCloseable {
        private final String tenantId;
        private long taken;

        private Share(String tenantId) {
            this.tenantId = tenantId;
        }

        /** Waits for so many bytes; false when they did not come in time. */
        public boolean take(long bytes) {
            try {
                if (!takeFor(tenantId, bytes)) {
                    return false;
                }
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
                return false;
            }
            taken += bytes;
            return true;
        }

        @Override
        public void close() {
            if (taken > 0) {
                giveBack(tenantId, taken);
                taken = 0;
            }
        }
    }

    /** To be closed when the answer is not needed any more. */
    public Share share(String tenantId) {
        return new Share(tenantId);
    }

    private boolean takeFor(String tenantId, long bytes) throws InterruptedException {
        long left = longestWait.toNanos();
        lock.lockInterruptibly();
        try {
            while (!isFree(tenantId, bytes)) {
                if (left <= 0) {
                    return false;
                }
                left = givenBack.awaitNanos(left);
            }
            held += bytes;
            heldBy.merge(tenantId, bytes, Long::sum);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** One answer is always possible, however small the heap. */
    private boolean isFree(String tenantId, long bytes) {
        long own = heldBy.getOrDefault(tenantId, 0L);
        return held == 0 || (held + bytes <= most && (own == 0 || own + bytes <= most / 2));
    }

    private void giveBack(String tenantId, long bytes) {
        lock.lock();
        try {
            held -= bytes;
            heldBy.computeIfPresent(tenantId, (same, own) -> own == bytes ? null : Long.valueOf(own - bytes));
            givenBack.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
