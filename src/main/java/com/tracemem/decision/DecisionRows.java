package com.tracemem.decision;

import com.tracemem.store.SqlArrays;
import com.tracemem.trace.Batch;
import com.tracemem.trace.Command;
import com.tracemem.trace.DecisionKey;
import com.tracemem.trace.Rows;
import com.tracemem.trace.Sha256;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The decisions of one batch. */
public final class DecisionRows implements Rows {
    /** Signals on this channel name a decision whose status changed: {@code <tenant id> <decision id>}. */
    public static final String CHANNEL = "decision";

    private record Idempotency(String tenantId, String agentId, String key) {}

    private record Known(Decision decision, Sha256 digest) {}

    private final Map<DecisionKey, Decision> decisions = new HashMap<>();
    private final Map<Idempotency, Known> byIdempotencyKey = new HashMap<>();
    private final Map<DecisionKey, CreateDecision> created = new LinkedHashMap<>();
    private final Map<DecisionKey, Decision> changed = new LinkedHashMap<>();

    private final PolicyRows policies = new PolicyRows();

    @Override
    public void load(Connection connection, List<Command<?>> commands, Batch batch) throws SQLException {
        TreeSet<DecisionKey> keys = new TreeSet<>();
        List<CreateDecision> creations = new ArrayList<>();
        for (Command<?> command : commands) {
            if (command instanceof CreateDecision creation) {
                if (creation.wanted().idempotencyKey() != null) {
                    creations.add(creation);
                }
            } else {
                keys.add(command.decision());
            }
        }
        if (!keys.isEmpty()) {
            loadDecisions(connection, keys);
        }
        if (!creations.isEmpty()) {
            loadIdempotent(connection, creations);
        }
        policies.load(connection, commands);
    }

    PolicyRows policies() {
        return policies;
    }

    /** The newest exception that no human allowed yet; only for commands that {@link NeedsPolicies need} to know. */
    public Optional<PolicyState> pendingException(DecisionKey key) {
        return PolicyStates.pendingException(policies.of(key));
    }

    /**
     * Notes that a human allowed the exceptions that the decision's policies required before the human was asked.
     *
     * @param askedAtSeq where in the decision's trace the request stands
     */
    public void exceptionsGranted(DecisionKey key, String approvalId, int askedAtSeq) {
        policies.granted(key, approvalId, askedAtSeq);
    }

    private void loadDecisions(Connection connection, Set<DecisionKey> keys) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select " + DecisionTable.COLUMNS + """
                from unnest(?::text[], ?::text[]) as k (tenant_id, decision_id)
                join decision d on d.tenant_id = k.tenant_id and d.decision_id = k.decision_id
                join chain c on c.tenant_id = k.tenant_id and c.decision_id = k.decision_id
                """)) {
            select.setArray(1, SqlArrays.texts(connection, keys, DecisionKey::tenantId));
            select.setArray(2, SqlArrays.texts(connection, keys, DecisionKey::decisionId));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    Decision decision = DecisionTable.read(row);
                    decisions.put(decision.key(), decision);
                }
            }
        }
    }

    private void loadIdempotent(Connection connection, List<CreateDecision> creations) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select " + DecisionTable.COLUMNS + """
                    , d.idempotency_key, d.idempotency_digest
                from unnest(?::text[], ?::text[], ?::text[]) as k (tenant_id, agent_id, idempotency_key)
                join decision d on d.tenant_id = k.tenant_id and d.agent_id = k.agent_id
                    and d.idempotency_key = k.idempotency_key
                join chain c on c.tenant_id = d.tenant_id and c.decision_id = d.decision_id
                """)) {
            select.setArray(
                    1,
                    SqlArrays.texts(
                            connection,
                            creations,
                            creation -> creation.decision().tenantId()));
            select.setArray(
                    2,
                    SqlArrays.texts(
                            connection, creations, creation -> creation.agent().agentId()));
            select.setArray(
                    3,
                    SqlArrays.texts(
                            connection, creations, creation -> creation.wanted().idempotencyKey()));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    Decision decision = DecisionTable.read(row);
                    byIdempotencyKey.put(
                            new Idempotency(decision.tenantId(), decision.agentId(), row.getString("idempotency_key")),
                            new Known(decision, Sha256.ofBytes(row.getBytes("idempotency_digest"))));
                }
            }
        }
    }

    /** The decision as this batch sees it now, its own changes included. */
    public Optional<Decision> find(DecisionKey key) {
        return Optional.ofNullable(decisions.get(key));
    }

    /** The decision, if this agent opened it: other agents' decisions are as good as unknown. */
    public Optional<Decision> find(DecisionKey key, String agentId) {
        return find(key).filter(decision -> decision.agentId().equals(agentId));
    }

    Optional<Decision> findIdempotent(CreateDecision creation) {
        return known(creation).map(Known::decision);
    }

    boolean sameArguments(CreateDecision creation) {
        return known(creation)
                .map(known -> known.digest().equals(creation.digest()))
                .orElse(false);
    }

    private Optional<Known> known(CreateDecision creation) {
        String key = creation.wanted().idempotencyKey();
        return key == null
                ? Optional.empty()
                : Optional.ofNullable(byIdempotencyKey.get(new Idempotency(
                        creation.decision().tenantId(), creation.agent().agentId(), key)));
    }

    void insert(CreateDecision creation, Decision decision) {
        created.put(decision.key(), creation);
        decisions.put(decision.key(), decision);
        String key = creation.wanted().idempotencyKey();
        if (key != null) {
            byIdempotencyKey.put(
                    new Idempotency(decision.tenantId(), decision.agentId(), key),
                    new Known(decision, Objects.requireNonNull(creation.digest())));
        }
    }

    /** Replaces a decision and tells whoever waits for it, when its status is another. */
    public void update(Decision decision, Batch batch) {
        Decision before = decisions.put(decision.key(), decision);
        changed.put(decision.key(), decision);
        if (before == null || before.status() != decision.status()) {
            batch.signal(CHANNEL, decision.tenantId() + " " + decision.decisionId());
        }
    }

    @Override
    public void save(Connection connection) throws SQLException {
        if (!created.isEmpty()) {
            insertCreated(connection);
        }
        changed.keySet().removeAll(created.keySet());
        if (!changed.isEmpty()) {
            updateChanged(connection);
        }
        policies.save(connection);
    }

    private void insertCreated(Connection connection) throws SQLException {
        // a decision may have moved on within the batch that created it: its newest state is written
        List<Decision> rows = created.keySet().stream().map(decisions::get).toList();
        List<CreateDecision> creations = List.copyOf(created.values());
        try (PreparedStatement insert = connection.prepareStatement("""
                insert into decision (tenant_id, decision_id, agent_id, actor, intent, automation_mode, instance, version,
                    metadata, status, granted_approval_id, created_at, closed_at, close_reason, close_summary,
                    idempotency_key, idempotency_digest)
                select tenant_id, decision_id, agent_id, actor, intent, automation_mode, instance, version,
                    metadata::jsonb, status, granted_approval_id, created_at, closed_at, close_reason,
                    close_summary::jsonb, idempotency_key, idempotency_digest
                from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                    ?::text[], ?::text[], ?::text[], ?::timestamptz[], ?::timestamptz[], ?::text[], ?::text[],
                    ?::text[], ?::bytea[])
                    as n (tenant_id, decision_id, agent_id, actor, intent, automation_mode, instance, version,
                    metadata, status, granted_approval_id, created_at, closed_at, close_reason, close_summary,
                    idempotency_key, idempotency_digest)
                """)) {
            insert.setArray(1, SqlArrays.texts(connection, rows, Decision::tenantId));
            insert.setArray(2, SqlArrays.texts(connection, rows, Decision::decisionId));
            insert.setArray(3, SqlArrays.texts(connection, rows, Decision::agentId));
            insert.setArray(4, SqlArrays.texts(connection, rows, Decision::actor));
            insert.setArray(5, SqlArrays.texts(connection, rows, Decision::intent));
            insert.setArray(
                    6,
                    SqlArrays.texts(
                            connection, rows, row -> row.automationMode().wireName()));
            insert.setArray(7, SqlArrays.texts(connection, rows, Decision::instance));
            insert.setArray(8, SqlArrays.texts(connection, rows, Decision::version));
            insert.setArray(9, SqlArrays.texts(connection, rows, row -> DecisionTable.text(row.metadata())));
            insert.setArray(
                    10, SqlArrays.texts(connection, rows, row -> row.status().wireName()));
            insert.setArray(11, SqlArrays.texts(connection, rows, Decision::grantedApprovalId));
            insert.setArray(12, SqlArrays.times(connection, rows, Decision::createdAt));
            insert.setArray(13, SqlArrays.times(connection, rows, Decision::closedAt));
            insert.setArray(14, SqlArrays.texts(connection, rows, Decision::closeReason));
            insert.setArray(15, SqlArrays.texts(connection, rows, row -> DecisionTable.text(row.closeSummary())));
            insert.setArray(
                    16,
                    SqlArrays.texts(connection, creations, row -> row.wanted().idempotencyKey()));
            insert.setArray(
                    17,
                    SqlArrays.bytes(
                            connection,
                            creations,
                            row -> row.digest() == null ? null : row.digest().bytes()));
            insert.execute();
        }
    }

    private void updateChanged(Connection connection) throws SQLException {
        var rows = changed.values();
        try (PreparedStatement update = connection.prepareStatement("""
                update decision d
                set status = n.status, granted_approval_id = n.granted_approval_id, closed_at = n.closed_at,
                    close_reason = n.close_reason, close_summary = coalesce(n.close_summary::jsonb, d.close_summary)
                from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::timestamptz[], ?::text[], ?::text[])
                    as n (tenant_id, decision_id, status, granted_approval_id, closed_at, close_reason, close_summary)
                where d.tenant_id = n.tenant_id and d.decision_id = n.decision_id
                """)) {
            update.setArray(1, SqlArrays.texts(connection, rows, Decision::tenantId));
            update.setArray(2, SqlArrays.texts(connection, rows, Decision::decisionId));
            update.setArray(
                    3, SqlArrays.texts(connection, rows, row -> row.status().wireName()));
            update.setArray(4, SqlArrays.texts(connection, rows, Decision::grantedApprovalId));
            update.setArray(5, SqlArrays.times(connection, rows, Decision::closedAt));
            update.setArray(6, SqlArrays.texts(connection, rows, Decision::closeReason));
            update.setArray(7, SqlArrays.texts(connection, rows, row -> DecisionTable.text(row.closeSummary())));
            update.execute();
        }
    }
}
