package com.tracemem.decision;

import com.tracemem.store.RoundTrip;
import com.tracemem.trace.Batch;
import com.tracemem.trace.Command;
import com.tracemem.trace.DecisionKey;
import com.tracemem.trace.Recent;
import com.tracemem.trace.Rows;
import com.tracemem.trace.Sha256;
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
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

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

    private Predicate<DecisionKey> answerable = decision -> true;
    private final PolicyRows policies = new PolicyRows();
    private final WriteRows writes = new WriteRows();

    @Override
    public void load(RoundTrip trip, List<Command<?>> commands, Recent recent) throws SQLException {
        TreeSet<DecisionKey> keys = new TreeSet<>();
        List<CreateDecision> creations = new ArrayList<>();
        for (Command<?> command : commands) {
            if (command instanceof CreateDecision creation) {
                if (creation.wanted().idempotencyKey() != null) {
                    creations.add(creation);
                }
            } else {
                DecisionKey key = command.decision();
                recent.find(key, Decision.class)
                        .ifPresentOrElse(known -> decisions.put(key, known), () -> keys.add(key));
            }
        }
        if (!keys.isEmpty()) {
            loadDecisions(trip, keys);
        }
        if (!creations.isEmpty()) {
            loadIdempotent(trip, creations);
        }
        policies.load(trip, commands, recent);
        writes.load(trip, commands);
    }

    PolicyRows policies() {
        return policies;
    }

    WriteRows writes() {
        return writes;
    }

    /**
     * The exceptions that no human allowed yet, the newest first; only for commands that {@link NeedsPolicies need} to
     * know. {@link #granted} allows every one of them.
     */
    public List<PolicyState> pendingExceptions(DecisionKey key) {
        return PolicyStates.pendingExceptions(policies.of(key));
    }

    /** Tells how to know, of a decision that waits for a human, whether its question can still be answered. */
    public void answerable(Predicate<DecisionKey> known) {
        answerable = known;
    }

    boolean isAnswerable(DecisionKey decision) {
        return answerable.test(decision);
    }

    /**
     * Notes that a human said yes: to the exceptions that the decision's policies required before the human was asked, and
     * to writes.
     *
     * @param askedAtSeq where in the decision's trace the request stands
     * @param action the one action that the human approved; null when it was the decision
     * @param actionDigest of the canonical action
     */
    public void granted(
            DecisionKey key,
            String approvalId,
            int askedAtSeq,
            @Nullable JsonNode action,
            @Nullable Sha256 actionDigest,
            Batch batch) {
        policies.granted(key, approvalId, askedAtSeq);
        writes.grants()
                .put(
                        key,
                        new Grant(
                                approvalId,
                                action == null ? null : action.toString(),
                                actionDigest,
                                batch.lastDecisionSeq(key),
                                null));
    }

    private void loadDecisions(RoundTrip trip, Set<DecisionKey> keys) throws SQLException {
        trip.read("select " + DecisionTable.COLUMNS + """
                from unnest(?::text[], ?::text[]) as k (tenant_id, decision_id)
                join decision d on d.tenant_id = k.tenant_id and d.decision_id = k.decision_id
                join chain c on c.tenant_id = k.tenant_id and c.decision_id = k.decision_id
                """, row -> {
                    Decision decision = DecisionTable.read(row);
                    decisions.put(decision.key(), decision);
                })
                .texts(keys, DecisionKey::tenantId)
                .texts(keys, DecisionKey::decisionId);
    }

    private void loadIdempotent(RoundTrip trip, List<CreateDecision> creations) throws SQLException {
        trip.read("select " + DecisionTable.COLUMNS + """
                    , d.idempotency_key, d.idempotency_digest
                from unnest(?::text[], ?::text[], ?::text[]) as k (tenant_id, agent_id, idempotency_key)
                join decision d on d.tenant_id = k.tenant_id and d.agent_id = k.agent_id
                    and d.idempotency_key = k.idempotency_key
                join chain c on c.tenant_id = d.tenant_id and c.decision_id = d.decision_id
                """, row -> {
                    Decision decision = DecisionTable.read(row);
                    byIdempotencyKey.put(
                            new Idempotency(decision.tenantId(), decision.agentId(), row.getString("idempotency_key")),
                            new Known(decision, Sha256.ofBytes(row.getBytes("idempotency_digest"))));
                })
                .texts(creations, creation -> creation.decision().tenantId())
                .texts(creations, creation -> creation.agent().agentId())
                .texts(creations, creation -> creation.wanted().idempotencyKey());
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
        policies.opened(decision.key());
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
    public void save(RoundTrip trip) throws SQLException {
        changed.keySet().removeAll(created.keySet());
        if (!created.isEmpty() || !changed.isEmpty()) {
            insertCreated(trip);
            updateChanged(trip);
        }
        policies.save(trip);
        writes.save(trip);
    }

    private void insertCreated(RoundTrip trip) throws SQLException {
        // a decision may have moved on within the batch that created it: its newest state is written
        List<Decision> rows = created.keySet().stream().map(decisions::get).toList();
        List<CreateDecision> creations = List.copyOf(created.values());
        trip.write("""
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
                """)
                .texts(rows, Decision::tenantId)
                .texts(rows, Decision::decisionId)
                .texts(rows, Decision::agentId)
                .texts(rows, Decision::actor)
                .texts(rows, Decision::intent)
                .texts(rows, row -> row.automationMode().wireName())
                .texts(rows, Decision::instance)
                .texts(rows, Decision::version)
                .texts(rows, row -> DecisionTable.text(row.metadata()))
                .texts(rows, row -> row.status().wireName())
                .texts(rows, Decision::grantedApprovalId)
                .times(rows, Decision::createdAt)
                .times(rows, Decision::closedAt)
                .texts(rows, Decision::closeReason)
                .texts(rows, row -> DecisionTable.text(row.closeSummary()))
                .texts(creations, row -> row.wanted().idempotencyKey())
                .bytes(
                        creations,
                        row -> row.digest() == null ? null : row.digest().bytes());
    }

    private void updateChanged(RoundTrip trip) throws SQLException {
        var rows = changed.values();
        trip.write("""
                update decision d
                set status = n.status, granted_approval_id = n.granted_approval_id, closed_at = n.closed_at,
                    close_reason = n.close_reason, close_summary = coalesce(n.close_summary::jsonb, d.close_summary)
                from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::timestamptz[], ?::text[], ?::text[])
                    as n (tenant_id, decision_id, status, granted_approval_id, closed_at, close_reason, close_summary)
                where d.tenant_id = n.tenant_id and d.decision_id = n.decision_id
                """)
                .texts(rows, Decision::tenantId)
                .texts(rows, Decision::decisionId)
                .texts(rows, row -> row.status().wireName())
                .texts(rows, Decision::grantedApprovalId)
                .times(rows, Decision::closedAt)
                .texts(rows, Decision::closeReason)
                .texts(rows, row -> DecisionTable.text(row.closeSummary()));
    }

    @Override
    public void keep(Recent recent) {
        decisions.forEach((key, decision) -> recent.keep(key, Decision.class, decision.withoutAttachments()));
        policies.keep(recent);
    }
}
