package com.tracemem.trace;

import com.tracemem.store.Ids;
import com.tracemem.store.RoundTrip;
import com.tracemem.store.Signals;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one way in which anything is written about decisions.
 *
 * <p>Callers hand in commands. Whatever is waiting becomes one transaction (no timer: the previous commit is the clock),
 * which locks the tenants concerned, reads of their state what this node does not know from its own newest batches, runs
 * every command against it, and writes all events and state with a few multi-row statements. A caller is answered after the commit, never before.
 *
 * <p>When the connection breaks, the batch finds out whether its commit took effect and repeats itself if not, so that a
 * database that restarts costs callers time and nothing else.
 */
public final class Ledger implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Ledger.class);
    private static final Duration OFFER_WAIT = Duration.ofSeconds(2);

    /** What the function lock_heads raises when another node wrote about a tenant. */
    private static final String OUTDATED = "TM001";

    /** After another node wrote: it probably will again, and relying on what is outdated costs a repetition. */
    private static final int BATCHES_TO_READ = 64;

    private static final Duration REPAIR_PAUSE = Duration.ofMillis(50);

    private static final Outcome<?> BUSY = Outcome.refused(
            Refusal.Code.OVERLOADED, "The server has too much waiting to be written: try again in a moment");
    private static final Outcome<?> STOPPING =
            Outcome.refused(Refusal.Code.OVERLOADED, "The server is stopping: try again in a moment");

    private record Waiting(Command<?> command, long deadlineNanos, CompletableFuture<Outcome<?>> answer) {}

    private final DataSource dataSource;
    private final InstantSource clock;
    private final Ids ids;
    private final Signals signals;
    private final LedgerSettings settings;
    private final Map<Class<? extends Rows>, Rows.Factory<?>> factories;
    private final ArrayBlockingQueue<Waiting> queue;
    private final Recent recent = new Recent();
    private int batchesToRead;
    private final Thread writer;
    private volatile boolean closed;

    private Ledger(Builder builder) {
        this.dataSource = builder.dataSource;
        this.clock = builder.clock;
        this.ids = builder.ids;
        this.signals = builder.signals;
        this.settings = builder.settings;
        this.factories = new LinkedHashMap<>(builder.factories);
        this.queue = new ArrayBlockingQueue<>(settings.queueCapacity());
        this.writer = Thread.ofPlatform().name("ledger").daemon().start(this::write);
    }

    /** Starts a ledger without any room's rows. */
    public static Builder builder(DataSource dataSource, InstantSource clock, Ids ids, Signals signals) {
        return new Builder(dataSource, clock, ids, signals);
    }

    /**
     * Carries out a command and waits until its effect is durable.
     *
     * @throws LedgerUnavailableException when the database stayed away for too long: the command may or may not have
     *     taken effect
     */
    @SuppressWarnings("unchecked") // the future of a Command<R> is only ever completed with that command's Outcome<R>
    public <R> Outcome<R> execute(Command<R> command) {
        Waiting waiting = new Waiting(
                command, System.nanoTime() + settings.longestRepair().toNanos(), new CompletableFuture<>());
        try {
            if (closed || !queue.offer(waiting, OFFER_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                return (Outcome<R>) BUSY;
            }
            if (closed && queue.remove(waiting)) {
                return (Outcome<R>) STOPPING;
            }
            return (Outcome<R>) waiting.answer().join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return (Outcome<R>) STOPPING;
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw failed;
        }
    }

    private void write() {
        List<Waiting> batch = new ArrayList<>(settings.largestBatch());
        while (!closed) {
            try {
                batch.add(queue.take());
                queue.drainTo(batch, settings.largestBatch() - 1);
                refuseOverdue(batch);
                if (!batch.isEmpty()) {
                    commit(batch);
                }
            } catch (InterruptedException stopping) {
                fail(batch, new LedgerUnavailableException("The server is stopping", stopping));
                break;
            } catch (RuntimeException | Error unexpected) {
                log.error("A batch of {} commands failed", batch.size(), unexpected);
                fail(batch, unexpected);
            }
            batch.clear();
        }
        List<Waiting> left = new ArrayList<>();
        queue.drainTo(left);
        left.forEach(waiting -> waiting.answer().complete(STOPPING));
    }

    /** Those that waited too long while the database was away: nothing was done for them, and nothing will be. */
    private static void refuseOverdue(List<Waiting> batch) {
        long now = System.nanoTime();
        batch.removeIf(
                waiting -> waiting.deadlineNanos() - now < 0 && waiting.answer().complete(BUSY));
    }

    private static void fail(List<Waiting> batch, Throwable cause) {
        batch.forEach(waiting -> waiting.answer().completeExceptionally(cause));
    }

    /** Commits the batch whole; when one command spoils it, each alone, so that only the culprit's caller suffers. */
    private void commit(List<Waiting> batch) throws InterruptedException {
        try {
            answer(
                    batch,
                    commitWhole(batch.stream().<Command<?>>map(Waiting::command).toList()));
        } catch (SQLException | RuntimeException spoiled) {
            if (batch.size() == 1 || spoiled instanceof LedgerUnavailableException) {
                RuntimeException cause = spoiled instanceof RuntimeException runtime
                        ? runtime
                        : new IllegalStateException("The database refused to write a command", spoiled);
                fail(batch, cause);
                return;
            }
            log.warn("A batch of {} commands is repeated one by one", batch.size(), spoiled);
            for (Waiting waiting : batch) {
                commit(List.of(waiting));
            }
        }
    }

    private static void answer(List<Waiting> batch, List<Outcome<?>> outcomes) {
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).answer().complete(outcomes.get(i));
        }
    }

    private List<Outcome<?>> commitWhole(List<Command<?>> commands) throws SQLException, InterruptedException {
        long giveUpAt = System.nanoTime() + settings.longestRepair().toNanos();
        LedgerBatch inDoubt = null;
        List<Outcome<?>> outcomesInDoubt = List.of();
        while (true) {
            LedgerBatch run = null;
            List<Outcome<?>> outcomes = List.of();
            try (Connection connection = dataSource.getConnection()) {
                connection.setAutoCommit(false);
                try {
                    if (inDoubt != null) {
                        RoundTrip lock = new RoundTrip(connection);
                        ChainRows.lockTenants(lock, commands, row -> {});
                        lock.run();
                        if (isCommitted(connection, inDoubt)) {
                            connection.rollback();
                            inDoubt.signalLocally(signals);
                            return outcomesInDoubt;
                        }
                    }
                    inDoubt = null;
                    LedgerBatch fresh = new LedgerBatch(clock.instant().truncatedTo(ChronoUnit.MILLIS), ids, factories);
                    outcomes = fresh.run(connection, commands, recent);
                    run = fresh;
                    fresh.commit(connection, signals);
                } catch (SQLException | RuntimeException failed) {
                    recent.forget();
                    rollbackQuietly(connection);
                    throw failed;
                }
                if (batchesToRead > 0) {
                    batchesToRead--;
                } else {
                    run.keep(recent);
                }
                run.signalLocally(signals);
                return outcomes;
            } catch (OutdatedException anotherNodeWrote) {
                batchesToRead = BATCHES_TO_READ;
            } catch (SQLException failed) {
                if (OUTDATED.equals(failed.getSQLState())) {
                    batchesToRead = BATCHES_TO_READ;
                    continue;
                }
                if (!isPassing(failed)) {
                    throw failed;
                }
                if (System.nanoTime() > giveUpAt || closed) {
                    throw new LedgerUnavailableException(
                            "The database is not reachable; whether the command took effect is not known", failed);
                }
                if (run != null && run.firstLeaf() != null) {
                    inDoubt = run;
                    outcomesInDoubt = outcomes;
                }
                log.warn("The database did not take a batch; it is repeated: {}", failed.getMessage());
                Thread.sleep(REPAIR_PAUSE);
            }
        }
    }

    /**
     * Whether a commit whose answer was lost took effect. The tenants are locked again by now, so the lost transaction
     * is over, one way or the other.
     */
    private static boolean isCommitted(Connection connection, LedgerBatch batch) throws SQLException {
        Leaf first = Objects.requireNonNull(batch.firstLeaf());
        try (PreparedStatement select = connection.prepareStatement("""
                select 1 from event where tenant_id = ? and seq = ? and leaf_hash = ?
                """)) {
            select.setString(1, first.decision().tenantId());
            select.setLong(2, first.seq());
            select.setBytes(3, first.hash().bytes());
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        }
    }

    private static void rollbackQuietly(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException alreadyGone) {
            log.debug("Rollback on a broken connection", alreadyGone);
        }
    }

    /**
     * Class 08: connection exceptions; 57P: the server was stopped or crashed; 53: out of connections or resources; 40:
     * rolled back for another transaction's sake; 55P03: waited too long for a lock; 25P03: idled too long in the
     * transaction.
     */
    private static boolean isPassing(SQLException failed) {
        @Nullable String state = failed.getSQLState();
        return failed instanceof SQLTransientConnectionException
                || (state != null
                        && (state.startsWith("08")
                                || state.startsWith("57P")
                                || state.startsWith("53")
                                || state.startsWith("40")
                                || state.equals("55P03")
                                || state.equals("25P03")));
    }

    /** Stops taking commands. Those that wait are told that the server is stopping. */
    @Override
    public void close() {
        closed = true;
        writer.interrupt();
        try {
            writer.join(Duration.ofSeconds(10));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Collects the rooms that take part before the ledger starts. */
    public static final class Builder {
        private final DataSource dataSource;
        private final InstantSource clock;
        private final Ids ids;
        private final Signals signals;
        private final Map<Class<? extends Rows>, Rows.Factory<?>> factories = new LinkedHashMap<>();
        private LedgerSettings settings = LedgerSettings.DEFAULT;

        private Builder(DataSource dataSource, InstantSource clock, Ids ids, Signals signals) {
            this.dataSource = dataSource;
            this.clock = clock;
            this.ids = ids;
            this.signals = signals;
        }

        /** Rows are read and written in the order in which their rooms are added: foreign keys point backwards. */
        public <T extends Rows> Builder with(Class<T> type, Rows.Factory<T> factory) {
            factories.put(type, factory);
            return this;
        }

        public Builder settings(LedgerSettings newSettings) {
            settings = newSettings;
            return this;
        }

        public Ledger start() {
            return new Ledger(this);
        }
    }
}
