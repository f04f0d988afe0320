package com.tracemem.mcp;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The memory that large requests may take together. A request as JSON objects takes many times its bytes, so this is far
 * less than the heap; small requests are too many to count, and not worth it.
 */
final class BodyMemory {
    /** Requests up to this size need no share. */
    static final int FREE_BYTES = 4 << 10;

    private final Semaphore bytes;
    private final Duration longestWait;

    BodyMemory(int mostBytes, Duration longestWait) {
        this.bytes = new Semaphore(mostBytes, true);
        this.longestWait = longestWait;
    }

    /** A part of the memory, given back when closed. */
    final class Share implements AutoCloseable {
        private int held;

        /** Waits for so many bytes; false when they did not come in time. */
        boolean take(int count) {
            try {
                if (!bytes.tryAcquire(count, longestWait.toNanos(), TimeUnit.NANOSECONDS)) {
                    return false;
                }
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
                return false;
            }
            held += count;
            return true;
        }

        @Override
        public void close() {
            bytes.release(held);
            held = 0;
        }
    }

    Share share() {
        return new Share();
    }
}
