package com.tracemem.decision;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets the calls of this node that mean the same thing go one after the other, so that the later ones find its result. */
final class Turns<K> {
    private final ConcurrentMap<K, CountDownLatch> running = new ConcurrentHashMap<>();

    /** Leave to go ahead, until it ends. */
    interface Turn {
        void end();
    }

    /** Empty when the time is over first. */
    Optional<Turn> take(K key, Duration longest) throws InterruptedException {
        long deadline = System.nanoTime() + longest.toNanos();
        CountDownLatch mine = new CountDownLatch(1);
        while (true) {
            CountDownLatch other = running.putIfAbsent(key, mine);
            if (other == null) {
                return Optional.of(() -> {
                    running.remove(key, mine);
                    mine.countDown();
                });
            }
            if (!other.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                return Optional.empty();
            }
        }
    }
}
