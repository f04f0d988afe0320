package com.tracemem.trace;

import com.tracemem.store.Ids;
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

    LedgerBatch(Instant now, Ids ids, Map<Class<? extends Rows>, Rows.Factory<?>> factories) {
        this.now = now;
        this.chains = new ChainRows(now, ids);
        factories.forEach((type, factory) -> rows.put(type, factory.open(now)));
    }

    /** Runs the commands and writes what they did. The caller commits. */
    List<Outcome<?>> run(Connection connection, List<Command<?>> commands, Signals signals) throws SQLException {
        chains.load(connection, commands, this);
        for (Rows room : rows.values()) {
            room.load(connection, commands, this);
        }
        List<Outcome<?>> outcomes = new ArrayList<>(commands.size());
        for (Command<?> command : commands) {
            outcomes.add(command.apply(this));
        }
        chains.save(connection);
        for (Rows room : rows.values()) {
            room.save(connection);
        }
        for (Map.Entry<String, String> signal : joined().entrySet()) {
            signals.notify(connection, signal.getKey(), signal.getValue());
        }
        return outcomes;
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
