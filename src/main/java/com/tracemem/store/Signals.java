package com.tracemem.store;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wake-ups between nodes over PostgreSQL's listen/notify, on a connection of its own. A signal says "look", never "this
 * is so": polling stays the truth, since signals are lost while a connection is down. This node's own signals do not
 * come back to it; {@link #publishLocally} reaches its listeners without the database.
 */
public final class Signals implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);
    // One PostgreSQL channel carries all of ours, so that subscribing needs no statement on the busy connection.
    private static final String WIRE = "tracemem";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,63}");
    private static final int LONGEST_MESSAGE_BYTES = 7999;
    private static final Duration QUIET_CHECK = Duration.ofSeconds(10);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final int ANSWER_LIMIT_SECONDS = 5;

    private final ConnectionSource source;
    private final String nodeId;
    private final Map<String, List<SignalListener>> listeners = new ConcurrentHashMap<>();
    private final CountDownLatch firstConnection = new CountDownLatch(1);
    private final Thread thread;
    private volatile boolean closed;
    private volatile @Nullable Connection current;
    /** Of the next attempt to connect; the thread's own. */
    private Duration pause = SHORTEST_PAUSE;

    /** Opens the connection on which signals are heard. */
    @FunctionalInterface
    public interface ConnectionSource {
        Connection open() throws SQLException;
    }

    /**
     * Starts to listen.
     *
     * @param nodeId differs between all nodes on one database; letters, digits, {@code _ . -}
     */
    public Signals(ConnectionSource source, String nodeId) {
        this.source = source;
        this.nodeId = checked(nodeId);
        this.thread = Thread.ofVirtual().name("signals").start(this::run);
    }

    /** Closing what comes back ends the subscription. */
    public Subscription subscribe(String channel, SignalListener listener) {
        List<SignalListener> ofChannel =
                listeners.computeIfAbsent(checked(channel), name -> new CopyOnWriteArrayList<>());
        ofChannel.add(listener);
        return () -> ofChannel.remove(listener);
    }

    /** Ends one subscription. */
    @FunctionalInterface
    public interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    /** Tells this node's listeners at once, on the calling thread. */
    public void publishLocally(String channel, String payload) {
        for (SignalListener listener : listeners.getOrDefault(channel, List.of())) {
            tell(() -> listener.signalled(payload));
        }
    }

    /**
     * Tells the other nodes when the connection's transaction commits. PostgreSQL lets commits that notify pass one
     * after the other, so send one signal for a batch, not one for a row.
     *
     * @param payload together with channel and node id below 8000 bytes
     */
    public void notify(Connection connection, String channel, String payload) throws SQLException {
        RoundTrip alone = new RoundTrip(connection);
        notify(alone, channel, payload);
        alone.run();
    }

    /** The same, together with other statements of the transaction. */
    public void notify(RoundTrip trip, String channel, String payload) {
        String message = nodeId + ' ' + checked(channel) + ' ' + payload;
        if (message.getBytes(StandardCharsets.UTF_8).length > LONGEST_MESSAGE_BYTES) {
            throw new IllegalArgumentException("A signal is at most " + LONGEST_MESSAGE_BYTES + " bytes long.");
        }
        trip.write("select pg_notify(?, ?)").text(WIRE).text(message);
    }

    /** Waits until signals were heard for the first time; false when the time is over. */
    public boolean awaitConnected(Duration limit) throws InterruptedException {
        return firstConnection.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        Connection open = current;
        if (open != null) {
            abort(open);
        }
    }

    private void run() {
        while (!closed) {
            try (Connection connection = source.open()) {
                current = connection;
                listen(connection);
            } catch (SQLException failure) {
                if (!closed) {
                    LOG.warn(
                            "Signals between nodes are interrupted ({}); connecting again in {} ms."
                                    + " Until then changes are found by polling.",
                            failure.getMessage(),
                            pause.toMillis());
                }
            }
            rest();
        }
    }

    private void listen(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("listen " + WIRE);
        }
        pause = SHORTEST_PAUSE;
        listeners.values().forEach(ofChannel -> ofChannel.forEach(listener -> tell(listener::reconnected)));
        firstConnection.countDown();
        PGConnection notifying = connection.unwrap(PGConnection.class);
        while (!closed) {
            PGNotification[] received = notifying.getNotifications((int) QUIET_CHECK.toMillis());
            if (received != null && received.length > 0) {
                for (PGNotification notification : received) {
                    dispatch(notification.getParameter());
                }
            } else if (!closed && !connection.isValid(ANSWER_LIMIT_SECONDS)) {
                throw new SQLException("the connection no longer answers");
            }
        }
    }

    private void dispatch(String message) {
        String[] parts = message.split(" ", 3);
        if (parts.length == 3 && !parts[0].equals(nodeId)) {
            publishLocally(parts[1], parts[2]);
        }
    }

    private void rest() {
        if (closed) {
            return;
        }
        try {
            Thread.sleep(pause);
        } catch (InterruptedException closing) {
            return;
        }
        Duration doubled = pause.multipliedBy(2);
        pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }

    private static void tell(Runnable listener) {
        try {
            listener.run();
        } catch (RuntimeException failure) {
            LOG.error("A listener failed on a signal; the others were told.", failure);
        }
    }

    private static void abort(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException alreadyGone) {
            LOG.debug("The signals' connection was already gone.", alreadyGone);
        }
    }

    private static String checked(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "'" + name + "' is no name for a channel or node: use 1 to 63 letters, digits, '_', '.' or '-'.");
        }
        return name;
    }
}
