package com.tracemem.product.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets calls of one kind go to the database together, as a group commit lets transactions: while a trip is under way, the
 * calls that come gather for the next one, which one of them makes for all. Where trips take their time it is better to go
 * alone: after a late one nothing gathers for a while, and during it the next call to come sets all free that wait. When a
 * trip with several calls fails, each of them is repeated alone, so that nobody suffers for another's call.
 *
 * @param <C> a call; making it twice must do no harm
 * @param <R> what it brings
 */
final class Gathering<C, R> {
    /** Few sizes of groups, each twice the one before, because the driver prepares each anew. */
    static final int MOST = 8;

    /** How long nothing gathers after a trip that took its time. */
    private static final Duration REST = Duration.ofSeconds(1);

    private final Duration patience;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Waiting<C, R>> waiting = new ArrayDeque<>();
    private boolean underWay;
    private long leftAtNanos;
    private boolean resting;
    private long restsFromNanos;

    /**
     * @param patience how long a trip may take
     * @param nanoTime as {@link System#nanoTime}
     */
    Gathering(Duration patience, LongSupplier nanoTime) {
        this.patience = patience;
        this.nanoTime = nanoTime;
    }

    /** Makes calls. */
    @FunctionalInterface
    interface Trip<C, R> {
        /** What each of the calls brings, in their order. */
        List<R> make(List<C> calls) throws SQLException;
    }

    private sealed interface Turn<R> {
        record Answered<R>(R answer) implements Turn<R> {}

        /** The next trip is this call's to make. */
        record Lead<R>() implements Turn<R> {}

        record Alone<R>() implements Turn<R> {}
    }

    private record Waiting<C, R>(C call, CompletableFuture<Turn<R>> turn) {}

    /** Makes a call, with others or alone. */
    R make(C call, Trip<C, R> trip) throws SQLException {
        Waiting<C, R> own = new Waiting<>(call, new CompletableFuture<>());
        return switch (arrive(own)) {
            case Turn.Answered<R>(R answer) -> answer;
            case Turn.Lead<R> first -> lead(own, trip);
            case Turn.Alone<R> alone -> trip.make(List.of(call)).getFirst();
        };
    }

    /** How many wait for the trip that is under way. */
    int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    private Turn<R> arrive(Waiting<C, R> own) {
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            resting = resting && now - restsFromNanos < REST.toNanos();
            if (resting) {
                return new Turn.Alone<>();
            }
            if (!underWay) {
                underWay = true;
                leftAtNanos = now;
                return new Turn.Lead<>();
            }
            waiting.add(own);
            if (isLate(now)) {
                letGo();
            }
        } finally {
            lock.unlock();
        }
        return own.turn().join();
    }

    private R lead(Waiting<C, R> own, Trip<C, R> trip) throws SQLException {
        letOthersCome();
        List<Waiting<C, R>> group = gathered(own);
        List<R> answers = List.of();
        try {
            answers = trip.make(group.stream().map(Waiting::call).toList());
        } catch (SQLException | RuntimeException spoiled) {
            if (group.size() == 1) {
                throw spoiled;
            }
        } finally {
            passOn();
            tell(group, answers);
        }
        return answers.isEmpty() ? trip.make(List.of(own.call())).getFirst() : answers.getFirst();
    }

    @SuppressWarnings("ThreadPriorityCheck") // nothing depends on whether they come
    private static void letOthersCome() {
        Thread.yield();
    }

    private List<Waiting<C, R>> gathered(Waiting<C, R> own) {
        List<Waiting<C, R>> group = new ArrayList<>();
        group.add(own);
        lock.lock();
        try {
            int size = Integer.highestOneBit(Math.min(MOST, 1 + waiting.size()));
            while (group.size() < size) {
                group.add(waiting.remove());
            }
            leftAtNanos = nanoTime.getAsLong();
        } finally {
            lock.unlock();
        }
        return group;
    }

    private boolean isLate(long nowNanos) {
        return nowNanos - leftAtNanos >= patience.toNanos();
    }

    private void letGo() {
        waiting.forEach(each -> each.turn().complete(new Turn.Alone<>()));
        waiting.clear();
    }

    /** Lets who has waited longest make the next trip. */
    private void passOn() {
        @Nullable Waiting<C, R> next;
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            if (isLate(now)) {
                resting = true;
                restsFromNanos = now;
                letGo();
            }
            next = waiting.poll();
            underWay = next != null;
            leftAtNanos = now;
        } finally {
            lock.unlock();
        }
        if (next != null) {
            next.turn().complete(new Turn.Lead<>());
        }
    }

    private static <C, R> void tell(List<Waiting<C, R>> group, List<R> answers) {
        for (int i = 1; i < group.size(); i++) {
            group.get(i).turn().complete(answers.isEmpty() ? new Turn.Alone<>() : new Turn.Answered<>(answers.get(i)));
        }
    }
}
