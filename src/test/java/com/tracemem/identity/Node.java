package com.tracemem.identity;

import com.tracemem.store.Ids;
import com.tracemem.store.Signals;
import com.tracemem.store.TestDatabase;
import java.time.Clock;
import java.time.Duration;

/** The identity of one node on a test's database. */
final class Node implements AutoCloseable {
    private final Signals signals;
    private final IdentityChanges changes;
    final Tenants tenants;
    final Agents agents;
    final AgentKeys keys;
    final Users users;
    final FirstRun firstRun;

    Node(TestDatabase database, String nodeId, Clock clock) throws InterruptedException {
        Ids ids = new Ids(clock);
        signals = database.signals(nodeId);
        changes = new IdentityChanges(database.dataSource(), signals);
        tenants = new Tenants(database.dataSource(), ids, clock);
        agents = new Agents(database.dataSource(), changes, ids, clock);
        keys = new AgentKeys(database.dataSource(), changes, ids, clock);
        users = new Users(database.dataSource(), ids, clock);
        firstRun = new FirstRun(database.dataSource(), tenants, users, agents, keys, clock);
        if (!signals.awaitConnected(Duration.ofSeconds(20))) {
            throw new IllegalStateException("Signals did not connect");
        }
    }

    long generation() {
        return changes.generation();
    }

    @Override
    public void close() {
        keys.close();
        changes.close();
        signals.close();
    }
}
