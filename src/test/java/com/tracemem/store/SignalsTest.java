package com.tracemem.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SignalsTest {
    private final TestDatabase database = TestDatabase.create("classpath:db/store", 2);
    private final Signals here = database.signals("here");
    private final Signals there = database.signals("there");
    private final Heard heardHere = new Heard(new LinkedBlockingQueue<>());
    private final Heard heardThere = new Heard(new LinkedBlockingQueue<>());

    private record Heard(BlockingQueue<String> queue) implements SignalListener {
        @Override
        public void signalled(String payload) {
            queue.add(payload);
        }

        @Override
        public void reconnected() {
            queue.add("reconnected");
        }

        String next() throws InterruptedException {
            return String.valueOf(queue.poll(20, TimeUnit.SECONDS));
        }
    }

    @BeforeEach
    void connect() throws Exception {
        assertThat(here.awaitConnected(Duration.ofSeconds(20))).isTrue();
        assertThat(there.awaitConnected(Duration.ofSeconds(20))).isTrue();
    }

    @AfterEach
    void close() {
        here.close();
        there.close();
        database.close();
    }

    @Test
    void reachesTheOtherNodeWhenTheTransactionCommitsAndNotItself() throws Exception {
        here.subscribe("decisions", heardHere);
        there.subscribe("decisions", heardThere);
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            here.notify(connection, "decisions", "rolled back");
            connection.rollback();
            here.notify(connection, "decisions", "TMEM_1 with words");
            here.notify(connection, "other", "not for us");
            here.notify(connection, "decisions", "");
            connection.commit();
            there.notify(connection, "decisions", "back");
            connection.commit();
        }
        assertThat(heardThere.next()).isEqualTo("TMEM_1 with words");
        assertThat(heardThere.next()).isEmpty();
        assertThat(heardHere.next()).isEqualTo("back");
        assertThat(heardThere.queue()).isEmpty();
        assertThat(heardHere.queue()).isEmpty();
    }

    @Test
    void publishesLocallyAtOnceAlsoPastAFailingListener() {
        here.subscribe("decisions", payload -> {
            throw new IllegalStateException("a listener's fault");
        });
        var subscription = here.subscribe("decisions", heardHere);
        here.publishLocally("decisions", "a");
        assertThat(heardHere.queue()).containsExactly("a");
        subscription.close();
        here.publishLocally("decisions", "b");
        assertThat(heardHere.queue()).containsExactly("a");
    }

    @Test
    void saysSoAndHearsAgainAfterItsConnectionWasDropped() throws Exception {
        there.subscribe("decisions", heardThere);
        database.ownerJdbc()
                .sql("select pg_terminate_backend(pid) from pg_stat_activity"
                        + " where query like 'listen %' and datname = current_database()")
                .query(Boolean.class)
                .list();
        assertThat(heardThere.next()).isEqualTo("reconnected");
        try (Connection connection = database.dataSource().getConnection()) {
            here.notify(connection, "decisions", "again");
        }
        assertThat(heardThere.next()).isEqualTo("again");
    }

    @Test
    void refusesWhatPostgresWouldRefuse() throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            assertThatThrownBy(() -> here.notify(connection, "decisions", "x".repeat(8000)))
                    .isInstanceOf(IllegalArgumentException.class);
            here.notify(connection, "decisions", "x".repeat(7900));
            assertThatThrownBy(() -> here.notify(connection, "two words", "x"))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
