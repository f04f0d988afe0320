package com.tracemem.decision;

import com.tracemem.policy.ApprovalTerms;
import com.tracemem.store.RoundTrip;
import com.tracemem.trace.Command;
import com.tracemem.trace.DecisionKey;
import com.tracemem.trace.Recent;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
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

    /** Everything that policies said about one decision, as it is kept from batch to batch. */
    private record Said(List<PolicyState> states) {}

    private final Map<DecisionKey, Map<String, PolicyState>> states = new HashMap<>();
    private final Set<DecisionKey> known = new HashSet<>();
    /** Of which memory does not have what is known here. */
    private final Set<DecisionKey> news = new HashSet<>();

    private final Set<Key> changed = new LinkedHashSet<>();
    private final List<Inputs> inputs = new ArrayList<>();

    void load(RoundTrip trip, List<Command<?>> commands, Recent recent) throws SQLException {
        TreeSet<DecisionKey> keys = new TreeSet<>();
        for (Command<?> command : commands) {
            if (command instanceof NeedsPolicies && known.add(command.decision())) {
                recent.find(command.decision(), Said.class)
                        .ifPresentOrElse(
                                said -> said.states().forEach(state -> put(command.decision(), state)),
                                () -> keys.add(command.decision()));
            }
        }
        if (keys.isEmpty()) {
            return;
        }
        news.addAll(keys);
        trip.read(
                        "select " + PolicyStates.COLUMNS + """
                from unnest(?::text[], ?::text[]) as k (tenant_id, decision_id)
                join decision_policy p on p.tenant_id = k.tenant_id and p.decision_id = k.decision_id
                """,
                        row -> put(
                                new DecisionKey(row.getString("tenant_id"), row.getString("decision_id")),
                                PolicyStates.read(row)))
                .texts(keys, DecisionKey::tenantId)
                .texts(keys, DecisionKey::decisionId);
    }

    /** Of a decision that has just been opened, no policy has said anything. */
    void opened(DecisionKey decision) {
        known.add(decision);
        news.add(decision);
    }

    void keep(Recent recent) {
        news.forEach(decision -> recent.keep(decision, Said.class, new Said(of(decision))));
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

    /** @param asked whether a human may have been asked already, who then is not asked for what is evaluated now */
    void evaluated(DecisionKey decision, PolicyState state, boolean asked, @Nullable String inputsJson, Instant at) {
        Key key = new Key(decision, state.policyId());
        Optional<PolicyState> before = find(decision, state.policyId());
        boolean covered = state.needsException() && !asked && before.isPresent() && isNewest(decision, before.get());
        if (before.isEmpty() || !state.repeats(before.get(), covered)) {
            change(key, state);
        }
        if (inputsJson != null) {
            inputs.add(new Inputs(key, state, inputsJson, at));
        }
    }

    private boolean isNewest(DecisionKey decision, PolicyState exception) {
        return PolicyStates.pendingExceptions(of(decision)).stream()
                .limit(1)
                .allMatch(newest -> newest.decisionSeq() == exception.decisionSeq());
    }

    /** An approval that was asked for at a position covers the exceptions before it. */
    void granted(DecisionKey decision, String approvalId, int askedAtSeq) {
        for (PolicyState state : of(decision)) {
            if (state.needsException() && state.decisionSeq() < askedAtSeq) {
                change(new Key(decision, state.policyId()), state.granted(approvalId));
            }
        }
    }

    private void change(Key key, PolicyState state) {
        put(key.decision(), state);
        changed.add(key);
        news.add(key.decision());
    }

    void save(RoundTrip trip) throws SQLException {
        if (!changed.isEmpty()) {
            saveStates(trip);
        }
        if (!inputs.isEmpty()) {
            saveInputs(trip);
        }
    }

    private PolicyState state(Key key) {
        return find(key.decision(), key.policyId()).orElseThrow();
    }

    private void saveStates(RoundTrip trip) throws SQLException {
        Collection<Key> rows = changed;
        trip.write("""
                insert into decision_policy (tenant_id, decision_id, policy_id, policy_version, outcome, rule, message,
                    approval_route_id, expires_in_seconds, require_rationale, decision_seq, granted_approval_id, of_write)
                select * from unnest(?::text[], ?::text[], ?::text[], ?::int[], ?::text[], ?::text[], ?::text[],
                    ?::text[], ?::int[], ?::bool[], ?::int[], ?::text[], ?::bool[])
                on conflict (tenant_id, decision_id, policy_id) do update
                set outcome = excluded.outcome, rule = excluded.rule, message = excluded.message,
                    approval_route_id = excluded.approval_route_id, expires_in_seconds = excluded.expires_in_seconds,
                    require_rationale = excluded.require_rationale, decision_seq = excluded.decision_seq,
                    granted_approval_id = excluded.granted_approval_id, of_write = excluded.of_write
                """)
                .texts(rows, key -> key.decision().tenantId())
                .texts(rows, key -> key.decision().decisionId())
                .texts(rows, Key::policyId)
                .integers(rows, key -> state(key).version())
                .texts(rows, key -> state(key).outcome().wireName())
                .texts(rows, key -> state(key).rule())
                .texts(rows, key -> state(key).message())
                .texts(rows, key -> terms(key).route())
                .texts(rows, key -> text(terms(key).expiresInSeconds()))
                .booleans(rows, key -> terms(key).requireRationale())
                .integers(rows, key -> state(key).decisionSeq())
                .texts(rows, key -> state(key).grantedApprovalId())
                .booleans(rows, key -> state(key).ofWrite());
    }

    private void saveInputs(RoundTrip trip) throws SQLException {
        trip.write("""
                insert into policy_input (tenant_id, decision_id, decision_seq, policy_id, policy_version, inputs, outcome,
                    rule, evaluated_at)
                select n.tenant_id, n.decision_id, n.decision_seq, n.policy_id, n.policy_version, n.inputs::jsonb,
                    n.outcome, n.rule, n.evaluated_at
                from unnest(?::text[], ?::text[], ?::int[], ?::text[], ?::int[], ?::text[], ?::text[], ?::text[],
                    ?::timestamptz[])
                    as n (tenant_id, decision_id, decision_seq, policy_id, policy_version, inputs, outcome, rule,
                    evaluated_at)
                join tenant t on t.tenant_id = n.tenant_id and t.retain_policy_inputs
                """)
                .texts(inputs, row -> row.key().decision().tenantId())
                .texts(inputs, row -> row.key().decision().decisionId())
                .integers(inputs, row -> row.state().decisionSeq())
                .texts(inputs, row -> row.key().policyId())
                .integers(inputs, row -> row.state().version())
                .texts(inputs, Inputs::json)
                .texts(inputs, row -> row.state().outcome().wireName())
                .texts(inputs, row -> row.state().rule())
                .times(inputs, Inputs::at);
    }

    private ApprovalTerms terms(Key key) {
        ApprovalTerms terms = state(key).approval();
        return terms == null ? ApprovalTerms.NONE : terms;
    }

    private static @Nullable String text(@Nullable Integer value) {
        return value == null ? null : value.toString();
    }
}
