package com.tracemem.decision;

import com.tracemem.policy.ApprovalTerms;
import com.tracemem.store.SqlArrays;
import com.tracemem.trace.Command;
import com.tracemem.trace.DecisionKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What policies said about the decisions of one batch. */
final class PolicyRows {
    private record Key(DecisionKey decision, String policyId) {}

    /** The inputs of one evaluation, kept only where the tenant wants it. */
    private record Inputs(Key key, PolicyState state, String json, Instant at) {}

    private final Map<DecisionKey, Map<String, PolicyState>> states = new HashMap<>();
    private final Set<Key> changed = new LinkedHashSet<>();
    private final List<Inputs> inputs = new ArrayList<>();

    void load(Connection connection, List<Command<?>> commands) throws SQLException {
        TreeSet<DecisionKey> keys = new TreeSet<>();
        for (Command<?> command : commands) {
            if (command instanceof NeedsPolicies) {
                keys.add(command.decision());
            }
        }
        if (keys.isEmpty()) {
            return;
        }
        try (PreparedStatement select = connection.prepareStatement("select " + PolicyStates.COLUMNS + """
                from unnest(?::text[], ?::text[]) as k (tenant_id, decision_id)
                join decision_policy p on p.tenant_id = k.tenant_id and p.decision_id = k.decision_id
                """)) {
            select.setArray(1, SqlArrays.texts(connection, keys, DecisionKey::tenantId));
            select.setArray(2, SqlArrays.texts(connection, keys, DecisionKey::decisionId));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    put(
                            new DecisionKey(row.getString("tenant_id"), row.getString("decision_id")),
                            PolicyStates.read(row));
                }
            }
        }
    }

    private void put(DecisionKey decision, PolicyState state) {
        states.computeIfAbsent(decision, key -> new LinkedHashMap<>()).put(state.policyId(), state);
    }

    Optional<PolicyState> find(DecisionKey decision, String policyId) {
        return Optional.ofNullable(states.getOrDefault(decision, Map.of()).get(policyId));
    }

    /** Oldest evaluation first. */
    List<PolicyState> of(DecisionKey decision) {
        return states.getOrDefault(decision, Map.of()).values().stream()
                .sorted(Comparator.comparingInt(PolicyState::decisionSeq))
                .toList();
    }

    void evaluated(DecisionKey decision, PolicyState state, String inputsJson, Instant at) {
        put(decision, state);
        Key key = new Key(decision, state.policyId());
        changed.add(key);
        inputs.add(new Inputs(key, state, inputsJson, at));
    }

    /** An approval that was asked for at a position covers the exceptions before it. */
    void granted(DecisionKey decision, String approvalId, int askedAtSeq) {
        for (PolicyState state : of(decision)) {
            if (state.needsException() && state.decisionSeq() < askedAtSeq) {
                put(decision, state.granted(approvalId));
                changed.add(new Key(decision, state.policyId()));
            }
        }
    }

    void save(Connection connection) throws SQLException {
        if (!changed.isEmpty()) {
            saveStates(connection);
        }
        if (!inputs.isEmpty()) {
            saveInputs(connection);
        }
    }

    private PolicyState state(Key key) {
        return find(key.decision(), key.policyId()).orElseThrow();
    }

    private void saveStates(Connection connection) throws SQLException {
        Collection<Key> rows = changed;
        try (PreparedStatement upsert = connection.prepareStatement("""
                insert into decision_policy (tenant_id, decision_id, policy_id, policy_version, outcome, rule, message,
                    approval_route_id, expires_in_seconds, require_rationale, decision_seq, granted_approval_id)
                select * from unnest(?::text[], ?::text[], ?::text[], ?::int[], ?::text[], ?::text[], ?::text[],
                    ?::text[], ?::int[], ?::bool[], ?::int[], ?::text[])
                on conflict (tenant_id, decision_id, policy_id) do update
                set outcome = excluded.outcome, rule = excluded.rule, message = excluded.message,
                    approval_route_id = excluded.approval_route_id, expires_in_seconds = excluded.expires_in_seconds,
                    require_rationale = excluded.require_rationale, decision_seq = excluded.decision_seq,
                    granted_approval_id = excluded.granted_approval_id
                """)) {
            upsert.setArray(
                    1, SqlArrays.texts(connection, rows, key -> key.decision().tenantId()));
            upsert.setArray(
                    2, SqlArrays.texts(connection, rows, key -> key.decision().decisionId()));
            upsert.setArray(3, SqlArrays.texts(connection, rows, Key::policyId));
            upsert.setArray(
                    4, SqlArrays.integers(connection, rows, key -> state(key).version()));
            upsert.setArray(
                    5,
                    SqlArrays.texts(
                            connection, rows, key -> state(key).outcome().wireName()));
            upsert.setArray(
                    6, SqlArrays.texts(connection, rows, key -> state(key).rule()));
            upsert.setArray(
                    7, SqlArrays.texts(connection, rows, key -> state(key).message()));
            upsert.setArray(
                    8, SqlArrays.texts(connection, rows, key -> terms(key).route()));
            upsert.setArray(
                    9, SqlArrays.texts(connection, rows, key -> text(terms(key).expiresInSeconds())));
            upsert.setArray(
                    10, SqlArrays.booleans(connection, rows, key -> terms(key).requireRationale()));
            upsert.setArray(
                    11, SqlArrays.integers(connection, rows, key -> state(key).decisionSeq()));
            upsert.setArray(
                    12, SqlArrays.texts(connection, rows, key -> state(key).grantedApprovalId()));
            upsert.execute();
        }
    }

    private void saveInputs(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                insert into policy_input (tenant_id, decision_id, decision_seq, policy_id, policy_version, inputs, outcome,
                    rule, evaluated_at)
                select n.tenant_id, n.decision_id, n.decision_seq, n.policy_id, n.policy_version, n.inputs::jsonb,
                    n.outcome, n.rule, n.evaluated_at
                from unnest(?::text[], ?::text[], ?::int[], ?::text[], ?::int[], ?::text[], ?::text[], ?::text[],
                    ?::timestamptz[])
                    as n (tenant_id, decision_id, decision_seq, policy_id, policy_version, inputs, outcome, rule,
                    evaluated_at)
                join tenant t on t.tenant_id = n.tenant_id and t.retain_policy_inputs
                """)) {
            insert.setArray(
                    1,
                    SqlArrays.texts(
                            connection, inputs, row -> row.key().decision().tenantId()));
            insert.setArray(
                    2,
                    SqlArrays.texts(
                            connection, inputs, row -> row.key().decision().decisionId()));
            insert.setArray(
                    3, SqlArrays.integers(connection, inputs, row -> row.state().decisionSeq()));
            insert.setArray(
                    4, SqlArrays.texts(connection, inputs, row -> row.key().policyId()));
            insert.setArray(
                    5, SqlArrays.integers(connection, inputs, row -> row.state().version()));
            insert.setArray(6, SqlArrays.texts(connection, inputs, Inputs::json));
            insert.setArray(
                    7,
                    SqlArrays.texts(
                            connection, inputs, row -> row.state().outcome().wireName()));
            insert.setArray(
                    8, SqlArrays.texts(connection, inputs, row -> row.state().rule()));
            insert.setArray(9, SqlArrays.times(connection, inputs, Inputs::at));
            insert.execute();
        }
    }

    private ApprovalTerms terms(Key key) {
        ApprovalTerms terms = state(key).approval();
        return terms == null ? ApprovalTerms.NONE : terms;
    }

    private static @Nullable String text(@Nullable Integer value) {
        return value == null ? null : value.toString();
    }
}
