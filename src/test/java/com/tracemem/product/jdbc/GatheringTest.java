package com.tracemem.product.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What goes together, what goes alone, and that nobody suffers for another's call. */
class GatheringTest {
    private static final Duration PATIENCE = Duration.ofMillis(20);
    private static final int FAILING = 99;

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
    private final Gathering<Integer, String> gathering = new Gathering<>(PATIENCE, clock::get);
    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
    private final List<List<Integer>> trips = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch firstLeft = new CountDownLatch(1);
    private final CountDownLatch firstMayReturn = new CountDownLatch(1);

    @AfterEach
    void close() {
        firstMayReturn.countDown();
        callers.close();
    }

    /** The first trip takes as long as the test wants. */
    private List<String> trip(List<Integer> calls) throws SQLException {
        trips.add(List.copyOf(calls));
        if (calls.contains(0)) {
            firstLeft.countDown();
            try {
                firstMayReturn.await();
            } catch (InterruptedException stopping) {
                throw new SQLException(stopping);
            }
        }
        if (calls.contains(FAILING)) {
            throw new SQLException("of " + FAILING);
        }
        return calls.stream().map(call -> "answer to " + call).toList();
    }

    private Future<String> call(int call) {
        return callers.submit(() -> gathering.make(call, this::trip));
    }

    private void untilWaiting(int calls) {
        while (gathering.waiting() < calls) {
            Thread.onSpinWait();
        }
    }

    /** One call under way, and so many more that wait for it. */
    private List<Future<String>> gather(int... calls) throws InterruptedException {
        List<Future<String>> answers = new ArrayList<>();
        answers.add(call(0));
        firstLeft.await();
        for (int call : calls) {
            answers.add(call(call));
            untilWaiting(answers.size() - 1);
        }
        return answers;
    }

    @Test
    void whatComesDuringATripGoesTogether() throws Exception {
        List<Future<String>> answers = gather(IntStream.rangeClosed(1, 12).toArray());
        firstMayReturn.countDown();
        for (int call = 0; call < answers.size(); call++) {
            assertThat(answers.get(call).get()).isEqualTo("answer to " + call);
        }
        assertThat(trips).containsExactly(List.of(0), List.of(1, 2, 3, 4, 5, 6, 7, 8), List.of(9, 10, 11, 12));
    }

    @Test
    void onlyWhoseCallFailsIsToldSo() throws Exception {
        List<Future<String>> answers = gather(1, FAILING, 2, 3);
        firstMayReturn.countDown();
        assertThat(answers.get(1).get()).isEqualTo("answer to 1");
        assertThatThrownBy(() -> answers.get(2).get())
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("of " + FAILING);
        assertThat(answers.get(3).get()).isEqualTo("answer to 2");
        assertThat(answers.get(4).get()).isEqualTo("answer to 3");
        assertThat(trips).contains(List.of(1, FAILING, 2, 3), List.of(1), List.of(FAILING), List.of(2), List.of(3));
        assertThat(call(4).get()).isEqualTo("answer to 4");
    }

    @Test
    void nobodyWaitsForATripThatTakesItsTimeNorGathersAfterIt() throws Exception {
        Future<String> slow = call(0);
        firstLeft.await();
        clock.addAndGet(PATIENCE.toNanos());
        for (int call = 1; call <= 20; call++) {
            assertThat(call(call).get()).isEqualTo("answer to " + call);
        }
        assertThat(slow).isNotDone();
        firstMayReturn.countDown();
        assertThat(slow.get()).isEqualTo("answer to 0");
        assertThat(call(21).get()).isEqualTo("answer to 21");
        assertThat(trips).allSatisfy(calls -> assertThat(calls).hasSize(1));
    }

    @Test
    void whoeverComesLateLetsThoseWhoWaitGo() throws Exception {
        List<Future<String>> answers = gather(1, 2, 3);
        clock.addAndGet(PATIENCE.toNanos());
        assertThat(call(4).get()).isEqualTo("answer to 4");
        assertThat(answers.get(1).get()).isEqualTo("answer to 1");
        assertThat(answers.get(3).get()).isEqualTo("answer to 3");
        assertThat(answers.getFirst()).isNotDone();
    }

    @Test
    void everyoneIsAnsweredHoweverManyCome() throws Exception {
        List<Future<String>> answers = new ArrayList<>();
        for (int call = 100; call < 5_100; call++) {
            answers.add(call(call));
        }
        for (int i = 0; i < answers.size(); i++) {
            assertThat(answers.get(i).get()).isEqualTo("answer to " + (100 + i));
        }
        assertThat(gathering.waiting()).isZero();
    }
}
