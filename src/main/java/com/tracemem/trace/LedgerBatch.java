package com.tracemem.trace;

import com.tracemem.store.Ids;
import com.tracemem.store.RoundTrip;
import com.tracemem.store.Signals;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One run of a batch of commands over one connection. */
final class LedgerBatch implements Batch {
    /** PostgreSQL takes 7999 bytes in a notification; the lines are plain ids. */
    private static final int LONGEST_MESSAGE = 7_800;

    private final Instant now;
    private final ChainRows chains;
    private final Map<Class<? extends Rows>, Rows> rows = new LinkedHashMap<>();
    private final Map<String, Set<String>> raised = new LinkedHashMap<>();
    private boolean locked;

    LedgerBatch(Instant now, Ids ids, Map<Class<? extends Rows>, Rows.Factory<?>> factories) {
        this.now = now;
        this.chains = new ChainRows(now, ids);
        factories.forEach((type, factory) -> rows.put(type, factory.open(now)));
    }

    /** Reads what the commands need and runs them; nothing is written yet. */
    List<Outcome<?>> run(Connection connection, List<Command<?>> commands, Recent recent) throws SQLException {
        RoundTrip first = new RoundTrip(connection);
        chains.lock(first, commands);
        chains.load(first, commands, recent);
        for (Rows room : rows.values()) {
            room.load(first, commands, recent);
        }
        if (first.size() > 1 || !chains.knowsHeads()) {
            first.run();
            locked = true;
        }
        RoundTrip second = new RoundTrip(connection);
        if (!locked) {
            chains.lock(second, commands);
        }
        int locks = second.size();
        for (Rows room : rows.values()) {
            room.loadNext(second, commands, this);
        }
        if (second.size() > locks) {
            second.run();
            locked = true;
        }
        List<Outcome<?>> outcomes = new ArrayList<>(commands.size());
        for (Command<?> command : commands) {
            outcomes.add(command.apply(this));
        }
        return outcomes;
    }

    /** Writes what the commands did, and commits. */
    void commit(Connection connection, Signals signals) throws SQLException {
        RoundTrip last = new RoundTrip(connection);
        if (!locked) {
            chains.lockUnread(last);
        }
        chains.save(last);
        for (Rows room : rows.values()) {
            room.save(last);
        }
        for (Map.Entry<String, String> signal : joined().entrySet()) {
            signals.notify(last, signal.getKey(), signal.getValue());
        }
        last.runAndCommit();
    }

    void keep(Recent recent) {
        chains.keep(recent);
        rows.values().forEach(room -> room.keep(recent));
    }

    /** Tells this node's listeners; the others hear of it from the database. */
    void signalLocally(Signals signals) {
        joined().forEach(signals::publishLocally);
    }

    /** One message a channel. What does not fit is left to the listeners' polling. */
    private Map<String, String> joined() {
        Map<String, String> messages = new LinkedHashMap<>();
        raised.forEach((channel, lines) -> {
            StringBuilder message = new StringBuilder();
            for (String line : lines) {
                if (message.length() + line.length() < LONGEST_MESSAGE) {
                    message.append(message.isEmpty() ? "" : "\n").append(line);
                }
            }
            messages.put(channel, message.toString());
        });
        return messages;
    }

    @Nullable
    Leaf firstLeaf() {
        return chains.firstLeaf();
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public AppendedEvent append(DecisionKey decision, NewEvent event) {
        return chains.append(decision, event);
    }

    @Override
    public int lastDecisionSeq(DecisionKey decision) {
        return chains.lastDecisionSeq(decision);
    }

    @Override
    public <T extends Rows> T rows(Class<T> type) {
        return type.cast(Objects.requireNonNull(rows.get(type), type.getName()));
    }

    @Override
    public void signal(String channel, String line) {
        raised.computeIfAbsent(channel, name -> new LinkedHashSet<>()).add(line);
    }
}
