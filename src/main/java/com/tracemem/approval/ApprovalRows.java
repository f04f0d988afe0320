package com.tracemem.approval;

import com.tracemem.decision.Decision;
import com.tracemem.decision.DecisionRows;
import com.tracemem.decision.DecisionStatus;
import com.tracemem.store.RoundTrip;
import com.tracemem.trace.Batch;
import com.tracemem.trace.Command;
import com.tracemem.trace.DecisionKey;
import com.tracemem.trace.Rows;
import com.tracemem.trace.Sha256;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** The approvals of one batch. */
public final class ApprovalRows implements Rows {

    /** What a request was made with, to know it again. */
    record Fingerprint(Sha256 digest, @Nullable String idempotencyKey) {}

    private final Instant now;
    private final Map<String, Approval> approvals = new HashMap<>();
    private final Map<String, DecisionStatus> afterRejection = new HashMap<>();
    private final Map<String, Fingerprint> fingerprints = new HashMap<>();
    private final Map<String, Approval> created = new LinkedHashMap<>();
    private final Map<String, Approval> changed = new LinkedHashMap<>();
    private final InboundMessages messages = new InboundMessages();
    private final RouteRows routes = new RouteRows();

    public ApprovalRows(Instant now) {
        this.now = now;
    }

    @Override
    public void loadNext(RoundTrip trip, List<Command<?>> commands, Batch batch) throws SQLException {
        TreeSet<DecisionKey> decisions = new TreeSet<>();
        TreeSet<String> approvalIds = new TreeSet<>();
        TreeSet<String> idempotencyKeys = new TreeSet<>();
        Set<RouteRows.Wanted> wanted = new HashSet<>();
        DecisionRows decisionRows = batch.rows(DecisionRows.class);
        decisionRows.answerable(this::isAnswerable);
        for (Command<?> command : commands) {
            if (command instanceof ApprovalCommand<?> mine) {
                decisions.add(command.decision());
                if (mine.approvalId() != null) {
                    approvalIds.add(mine.approvalId());
                }
                if (command instanceof RequestApproval request) {
                    wanted.add(wantedRoute(request, decisionRows));
                    if (request.fingerprint().idempotencyKey() != null) {
                        idempotencyKeys.add(request.fingerprint().idempotencyKey());
                    }
                }
            } else if (isWaiting(decisionRows.find(command.decision()))) {
                // another room's command may end the decision, and then its question is withdrawn
                decisions.add(command.decision());
            }
        }
        if (!decisions.isEmpty()) {
            loadApprovals(trip, decisions, approvalIds, idempotencyKeys);
            routes.load(trip, wanted);
            messages.load(trip, commands);
        }
    }

    private static boolean isWaiting(Optional<Decision> decision) {
        return decision.filter(found -> found.status() == DecisionStatus.NEEDS_APPROVAL)
                .isPresent();
    }

    private void loadApprovals(
            RoundTrip trip,
            Collection<DecisionKey> decisions,
            Collection<String> approvalIds,
            Collection<String> idempotencyKeys)
            throws SQLException {
        trip.read("select " + ApprovalTable.COLUMNS + """
                    , a.request_digest, a.idempotency_key,
                    (select t.rejection_status from tenant t where t.tenant_id = k.tenant_id) as rejection_status
                from unnest(?::text[], ?::text[]) as k (tenant_id, decision_id)
                cross join lateral (
                    select * from approval where tenant_id = k.tenant_id and decision_id = k.decision_id offset 0) a
                where a.status = 'pending' or a.approval_id = any(?) or a.idempotency_key = any(?)
                """, row -> {
                    Approval approval = ApprovalTable.read(row);
                    approvals.put(approval.approvalId(), approval);
                    afterRejection.put(
                            approval.tenantId(),
                            DecisionStatus.ofWireName(row.getString("rejection_status"))
                                    .orElseThrow());
                    fingerprints.put(
                            approval.approvalId(),
                            new Fingerprint(
                                    Sha256.ofBytes(row.getBytes("request_digest")), row.getString("idempotency_key")));
                })
                .texts(decisions, DecisionKey::tenantId)
                .texts(decisions, DecisionKey::decisionId)
                .texts(approvalIds, id -> id)
                .texts(idempotencyKeys, key -> key);
    }

    private static RouteRows.Wanted wantedRoute(RequestApproval request, DecisionRows decisions) {
        PendingExceptions exceptions = PendingExceptions.of(decisions, request.decision());
        return new RouteRows.Wanted(request.decision().tenantId(), request.routeId(exceptions));
    }

    RouteRows routes() {
        return routes;
    }

    /** What the decision shows after a human said no. */
    DecisionStatus afterRejection(Approval approval) {
        return Objects.requireNonNull(afterRejection.get(approval.tenantId()));
    }

    InboundMessages messages() {
        return messages;
    }

    Optional<Approval> find(DecisionKey decision, String approvalId) {
        return Optional.ofNullable(approvals.get(approvalId))
                .filter(approval -> approval.decision().equals(decision));
    }

    Optional<Approval> pending(DecisionKey decision) {
        return approvals.values().stream()
                .filter(approval -> approval.isPending() && approval.decision().equals(decision))
                .findFirst();
    }

    private boolean isAnswerable(DecisionKey decision) {
        return pending(decision).filter(approval -> !approval.isDue(now)).isPresent();
    }

    Optional<Approval> byIdempotencyKey(DecisionKey decision, @Nullable String key) {
        return key == null
                ? Optional.empty()
                : approvals.values().stream()
                        .filter(approval -> approval.decision().equals(decision)
                                && key.equals(fingerprint(approval).idempotencyKey()))
                        .findFirst();
    }

    boolean wasAskedWith(Approval approval, Sha256 digest) {
        return fingerprint(approval).digest().equals(digest);
    }

    private Fingerprint fingerprint(Approval approval) {
        return Objects.requireNonNull(fingerprints.get(approval.approvalId()));
    }

    void insert(Approval approval, Fingerprint fingerprint) {
        approvals.put(approval.approvalId(), approval);
        fingerprints.put(approval.approvalId(), fingerprint);
        created.put(approval.approvalId(), approval);
    }

    void update(Approval approval) {
        approvals.put(approval.approvalId(), approval);
        if (created.containsKey(approval.approvalId())) {
            created.put(approval.approvalId(), approval);
        } else {
            changed.put(approval.approvalId(), approval);
        }
    }

    @Override
    public void save(RoundTrip trip) throws SQLException {
        if (!changed.isEmpty() || !created.isEmpty() || !messages.areUnchanged()) {
            // before the inserts: a decision has at most one pending approval at any moment
            updateChanged(trip, changed.values());
            insertCreated(trip, created.values());
            messages.save(trip, now);
        }
    }

    private void insertCreated(RoundTrip trip, Collection<Approval> rows) throws SQLException {
        trip.write("""
                insert into approval (tenant_id, approval_id, decision_id, agent_id, approval_route_id, route_version,
                    integration_id, title, message, require_rationale, proposed_action, action_digest, causes,
                    approvers, on_expiry, required_votes, decision_seq, sequence, status, requested_at, expires_at, resolved_at,
                    approver, rationale, delivery_status, request_digest, idempotency_key)
                select tenant_id, approval_id, decision_id, agent_id, approval_route_id, route_version,
                    integration_id, title, message, require_rationale, proposed_action::jsonb, action_digest, causes::jsonb,
                    array(select jsonb_array_elements_text(approvers::jsonb)),
                    on_expiry, required_votes, decision_seq, sequence, status, requested_at, expires_at, resolved_at,
                    approver::jsonb, rationale, delivery_status, request_digest, idempotency_key
                from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::int[],
                    ?::text[], ?::text[], ?::text[], ?::bool[], ?::text[], ?::bytea[], ?::text[], ?::text[],
                    ?::text[], ?::int[], ?::int[], ?::int[], ?::text[], ?::timestamptz[], ?::timestamptz[],
                    ?::timestamptz[], ?::text[], ?::text[], ?::text[], ?::bytea[], ?::text[])
                    as n (tenant_id, approval_id, decision_id, agent_id, approval_route_id, route_version,
                    integration_id, title, message, require_rationale, proposed_action, action_digest, causes,
                    approvers, on_expiry, required_votes, decision_seq, sequence, status, requested_at, expires_at,
                    resolved_at, approver, rationale, delivery_status, request_digest, idempotency_key)
                """)
                .texts(rows, Approval::tenantId)
                .texts(rows, Approval::approvalId)
                .texts(rows, Approval::decisionId)
                .texts(rows, Approval::agentId)
                .texts(rows, Approval::approvalRouteId)
                .integers(rows, Approval::routeVersion)
                .texts(rows, Approval::integrationId)
                .texts(rows, Approval::title)
                .texts(rows, Approval::message)
                .booleans(rows, Approval::requireRationale)
                .texts(rows, row -> ApprovalTable.text(row.proposedAction()))
                .bytes(rows, ApprovalRows::actionDigest)
                .texts(rows, ApprovalRows::causesAsJson)
                .texts(rows, ApprovalRows::approversAsJson)
                .texts(rows, ApprovalRows::onExpiry)
                .integers(rows, Approval::requiredVotes)
                .integers(rows, Approval::decisionSeq)
                .integers(rows, Approval::sequence)
                .texts(rows, row -> row.status().wireName())
                .times(rows, Approval::requestedAt)
                .times(rows, Approval::expiresAt)
                .times(rows, Approval::resolvedAt)
                .texts(rows, ApprovalRows::approver)
                .texts(rows, Approval::rationale)
                .texts(rows, row -> row.deliveryStatus().wireName())
                .bytes(rows, row -> fingerprint(row).digest().bytes())
                .texts(rows, row -> fingerprint(row).idempotencyKey());
    }

    private static void updateChanged(RoundTrip trip, Collection<Approval> rows) throws SQLException {
        trip.writeExactly(rows.size(), """
                update approval a
                set status = n.status, sequence = n.sequence, resolved_at = n.resolved_at,
                    approver = n.approver::jsonb, rationale = n.rationale, delivery_status = n.delivery_status
                from unnest(?::text[], ?::text[], ?::text[], ?::int[], ?::timestamptz[], ?::text[], ?::text[], ?::text[])
                    as n (tenant_id, approval_id, status, sequence, resolved_at, approver, rationale, delivery_status)
                where a.tenant_id = n.tenant_id and a.approval_id = n.approval_id
                    and (a.status = 'pending' or a.status = n.status)
                """, "somebody changes approvals outside the ledger")
                .texts(rows, Approval::tenantId)
                .texts(rows, Approval::approvalId)
                .texts(rows, row -> row.status().wireName())
                .integers(rows, Approval::sequence)
                .times(rows, Approval::resolvedAt)
                .texts(rows, ApprovalRows::approver)
                .texts(rows, Approval::rationale)
                .texts(rows, row -> row.deliveryStatus().wireName());
    }

    private static byte @Nullable [] actionDigest(Approval approval) {
        return approval.actionDigest() == null ? null : approval.actionDigest().bytes();
    }

    private static @Nullable String approver(Approval approval) {
        return approval.approver() == null ? null : approval.approver().toJson().toString();
    }

    private static String onExpiry(Approval approval) {
        return (approval.rejectOnExpiry() ? Route.OnExpiry.REJECT : Route.OnExpiry.KEEP).wireName();
    }

    private static String causesAsJson(Approval approval) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        approval.causes().forEach(cause -> array.add(cause.toJson()));
        return array.toString();
    }

    private static String approversAsJson(Approval approval) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        approval.approvers().forEach(array::add);
        return array.toString();
    }
}
