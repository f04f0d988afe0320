package com.tracemem.decision;

import com.tracemem.trace.DecisionKey;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Wakes callers that wait for a decision's status, on this node, whichever node changed it. */
final class DecisionWatch {
    private final Map<DecisionKey, Set<CountDownLatch>> waiting = new ConcurrentHashMap<>();
    private volatile boolean over;

    /** Open one before reading the status, so that no change falls between reading and waiting. */
    final class Watcher implements AutoCloseable {
        private final DecisionKey decision;
        private final CountDownLatch latch = new CountDownLatch(1);

        private Watcher(DecisionKey decision) {
            this.decision = decision;
            waiting.compute(decision, (key, latches) -> {
                Set<CountDownLatch> all = latches == null ? ConcurrentHashMap.newKeySet() : latches;
                all.add(latch);
                return all;
            });
        }

        void await(Duration longest) throws InterruptedException {
            boolean ignored = latch.await(longest.toNanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public void close() {
            waiting.computeIfPresent(decision, (key, latches) -> {
                latches.remove(latch);
                return latches.isEmpty() ? null : latches;
            });
        }
    }

    Watcher watch(DecisionKey decision) {
        return new Watcher(decision);
    }

    /** @param message lines as {@link DecisionRows#CHANNEL} says */
    void signalled(String message) {
        message.lines().forEach(line -> {
            int space = line.indexOf(' ');
            if (space > 0) {
                wake(waiting.get(new DecisionKey(line.substring(0, space), line.substring(space + 1))));
            }
        });
    }

    /** Signals may have been lost: everyone looks again. */
    void wakeAll() {
        waiting.values().forEach(DecisionWatch::wake);
    }

    /** Wakes everyone for the last time. */
    void end() {
        over = true;
        wakeAll();
    }

    boolean isOver() {
        return over;
    }

    private static void wake(@Nullable Set<CountDownLatch> latches) {
        if (latches != null) {
            latches.forEach(CountDownLatch::countDown);
        }
    }
}
