package com.tracemem.bench;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;

/**
 * How fast a backlog is drained by a receiver that answers at once, and whether the node's memory grows with a backlog
 * of {@value #LARGE} messages.
 */
final class DeliveryBacklog {
    static final int MESSAGES = 50_000;
    static final int LARGE = 1_000_000;

    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final Loop loop;
    private final Receiver receiver;
    private final Administrator administrator;
    private final Target target;
    private int arrived;
    private long first;
    private long last;

    DeliveryBacklog(Loop loop, Receiver receiver, Administrator administrator, Target target) {
        this.loop = loop;
        this.receiver = receiver;
        this.administrator = administrator;
        this.target = target;
    }

    /** Messages a second, from the first that arrived to the last. */
    double drainedPerSecond() throws IOException, InterruptedException {
        administrator.disable(target);
        new Asking(loop, target).ask(MESSAGES);
        arrived = 0;
        receiver.handTo((decisionId, approvalId) -> {
            last = System.nanoTime();
            if (arrived++ == 0) {
                first = last;
            }
        });
        administrator.enable(target);
        if (!loop.runUntil(System.nanoTime() + LIMIT.toNanos(), () -> arrived >= MESSAGES)) {
            throw new BenchFailure("Only " + arrived + " of " + MESSAGES + " messages were delivered within "
                    + LIMIT.toMinutes() + " minutes.");
        }
        return (MESSAGES - 1) * 1e9 / (last - first);
    }

    /** Puts {@value #LARGE} reminders of what was asked into the queue, and lets the node work on them for a while. */
    void workOnLarge(PostgresAddress database, Duration duration) throws SQLException, IOException {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + database.port() + "/" + database.database(),
                        database.user(),
                        database.password());
                var insert = connection.prepareStatement("""
                        insert into delivery (tenant_id, delivery_id, approval_id, decision_id, integration_id, kind, status,
                            sequence, next_attempt_at, created_at)
                        select a.tenant_id, 'dlv_bench_' || a.approval_id || '_' || n, a.approval_id, a.decision_id,
                            a.integration_id, 'reminder', 'pending', 1, now(), now()
                        from (select * from approval where status = 'pending' limit ?) a, generate_series(1, ?) n
                        """)) {
            int each = LARGE / MESSAGES;
            insert.setInt(1, MESSAGES);
            insert.setInt(2, each);
            int made = insert.executeUpdate();
            if (made != LARGE) {
                throw new BenchFailure("The backlog has " + made + " messages instead of " + LARGE + ".");
            }
        }
        receiver.handTo((decisionId, approvalId) -> {});
        loop.runUntil(System.nanoTime() + duration.toNanos());
    }
}
