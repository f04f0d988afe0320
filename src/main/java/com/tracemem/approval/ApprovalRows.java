package com.tracemem.approval;

import com.tracemem.decision.Decision;
import com.tracemem.decision.DecisionRows;
import com.tracemem.decision.DecisionStatus;
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
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
    private final Map<String, Fingerprint> fingerprints = new HashMap<>();
    private final Map<String, Approval> created = new LinkedHashMap<>();
    private final Map<String, Approval> changed = new LinkedHashMap<>();
    private final InboundMessages messages = new InboundMessages();

    public ApprovalRows(Instant now) {
        this.now = now;
    }

    @Override
    public void load(Connection connection, List<Command<?>> commands, Batch batch) throws SQLException {
        TreeSet<DecisionKey> decisions = new TreeSet<>();
        TreeSet<String> approvalIds = new TreeSet<>();
        TreeSet<String> idempotencyKeys = new TreeSet<>();
        DecisionRows decisionRows = batch.rows(DecisionRows.class);
        for (Command<?> command : commands) {
            if (command instanceof ApprovalCommand<?> mine) {
                decisions.add(command.decision());
                if (mine.approvalId() != null) {
                    approvalIds.add(mine.approvalId());
                }
                if (command instanceof RequestApproval request
                        && request.fingerprint().idempotencyKey() != null) {
                    idempotencyKeys.add(request.fingerprint().idempotencyKey());
                }
            } else if (isWaiting(decisionRows.find(command.decision()))) {
                // another room's command may end the decision, and then its question is withdrawn
                decisions.add(command.decision());
            }
        }
        if (!decisions.isEmpty()) {
            loadApprovals(connection, decisions, approvalIds, idempotencyKeys);
        }
        messages.load(connection, commands);
    }

    private static boolean isWaiting(Optional<Decision> decision) {
        return decision.filter(found -> found.status() == DecisionStatus.NEEDS_APPROVAL)
                .isPresent();
    }

    private void loadApprovals(
            Connection connection,
            Collection<DecisionKey> decisions,
            Collection<String> approvalIds,
            Collection<String> idempotencyKeys)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select " + ApprovalTable.COLUMNS + """
                    , a.request_digest, a.idempotency_key
                from unnest(?::text[], ?::text[]) as k (tenant_id, decision_id)
                join approval a on a.tenant_id = k.tenant_id and a.decision_id = k.decision_id
                where a.status = 'pending' or a.approval_id = any(?) or a.idempotency_key = any(?)
                """)) {
            select.setArray(1, SqlArrays.texts(connection, decisions, DecisionKey::tenantId));
            select.setArray(2, SqlArrays.texts(connection, decisions, DecisionKey::decisionId));
            select.setArray(3, SqlArrays.texts(connection, approvalIds, id -> id));
            select.setArray(4, SqlArrays.texts(connection, idempotencyKeys, key -> key));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    Approval approval = ApprovalTable.read(row);
                    approvals.put(approval.approvalId(), approval);
                    fingerprints.put(
                            approval.approvalId(),
                            new Fingerprint(
                                    Sha256.ofBytes(row.getBytes("request_digest")), row.getString("idempotency_key")));
                }
            }
        }
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
    public void save(Connection connection) throws SQLException {
        if (!changed.isEmpty()) {
            // before the inserts: a decision has at most one pending approval at any moment
            updateChanged(connection, changed.values());
        }
        if (!created.isEmpty()) {
            insertCreated(connection, created.values());
        }
        messages.save(connection, now);
    }

    private void insertCreated(Connection connection, Collection<Approval> rows) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                insert into approval (tenant_id, approval_id, decision_id, agent_id, approval_route_id, route_version,
                    integration_id, title, message, require_rationale, proposed_action, action_digest, approvers,
                    on_expiry, required_votes, decision_seq, sequence, status, requested_at, expires_at, resolved_at,
                    approver, rationale, delivery_status, request_digest, idempotency_key)
                select tenant_id, approval_id, decision_id, agent_id, approval_route_id, route_version,
                    integration_id, title, message, require_rationale, proposed_action::jsonb, action_digest,
                    array(select jsonb_array_elements_text(approvers::jsonb)),
                    on_expiry, required_votes, decision_seq, sequence, status, requested_at, expires_at, resolved_at,
                    approver::jsonb, rationale, delivery_status, request_digest, idempotency_key
                from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::int[],
                    ?::text[], ?::text[], ?::text[], ?::bool[], ?::text[], ?::bytea[], ?::text[],
                    ?::text[], ?::int[], ?::int[], ?::int[], ?::text[], ?::timestamptz[], ?::timestamptz[],
                    ?::timestamptz[], ?::text[], ?::text[], ?::text[], ?::bytea[], ?::text[])
                    as n (tenant_id, approval_id, decision_id, agent_id, approval_route_id, route_version,
                    integration_id, title, message, require_rationale, proposed_action, action_digest, approvers,
                    on_expiry, required_votes, decision_seq, sequence, status, requested_at, expires_at,
                    resolved_at, approver, rationale, delivery_status, request_digest, idempotency_key)
                """)) {
            insert.setArray(1, SqlArrays.texts(connection, rows, Approval::tenantId));
            insert.setArray(2, SqlArrays.texts(connection, rows, Approval::approvalId));
            insert.setArray(3, SqlArrays.texts(connection, rows, Approval::decisionId));
            insert.setArray(4, SqlArrays.texts(connection, rows, Approval::agentId));
            insert.setArray(5, SqlArrays.texts(connection, rows, Approval::approvalRouteId));
            insert.setArray(6, SqlArrays.integers(connection, rows, Approval::routeVersion));
            insert.setArray(7, SqlArrays.texts(connection, rows, Approval::integrationId));
            insert.setArray(8, SqlArrays.texts(connection, rows, Approval::title));
            insert.setArray(9, SqlArrays.texts(connection, rows, Approval::message));
            insert.setArray(10, SqlArrays.booleans(connection, rows, Approval::requireRationale));
            insert.setArray(11, SqlArrays.texts(connection, rows, row -> ApprovalTable.text(row.proposedAction())));
            insert.setArray(12, SqlArrays.bytes(connection, rows, ApprovalRows::actionDigest));
            insert.setArray(13, SqlArrays.texts(connection, rows, ApprovalRows::approversAsJson));
            insert.setArray(14, SqlArrays.texts(connection, rows, ApprovalRows::onExpiry));
            insert.setArray(15, SqlArrays.integers(connection, rows, Approval::requiredVotes));
            insert.setArray(16, SqlArrays.integers(connection, rows, Approval::decisionSeq));
            insert.setArray(17, SqlArrays.integers(connection, rows, Approval::sequence));
            insert.setArray(
                    18, SqlArrays.texts(connection, rows, row -> row.status().wireName()));
            insert.setArray(19, SqlArrays.times(connection, rows, Approval::requestedAt));
            insert.setArray(20, SqlArrays.times(connection, rows, Approval::expiresAt));
            insert.setArray(21, SqlArrays.times(connection, rows, Approval::resolvedAt));
            insert.setArray(22, SqlArrays.texts(connection, rows, ApprovalRows::approver));
            insert.setArray(23, SqlArrays.texts(connection, rows, Approval::rationale));
            insert.setArray(
                    24,
                    SqlArrays.texts(
                            connection, rows, row -> row.deliveryStatus().wireName()));
            insert.setArray(
                    25,
                    SqlArrays.bytes(
                            connection, rows, row -> fingerprint(row).digest().bytes()));
            insert.setArray(
                    26,
                    SqlArrays.texts(connection, rows, row -> fingerprint(row).idempotencyKey()));
            insert.execute();
        }
    }

    private static void updateChanged(Connection connection, Collection<Approval> rows) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("""
                update approval a
                set status = n.status, sequence = n.sequence, resolved_at = n.resolved_at,
                    approver = n.approver::jsonb, rationale = n.rationale, delivery_status = n.delivery_status
                from unnest(?::text[], ?::text[], ?::text[], ?::int[], ?::timestamptz[], ?::text[], ?::text[], ?::text[])
                    as n (tenant_id, approval_id, status, sequence, resolved_at, approver, rationale, delivery_status)
                where a.tenant_id = n.tenant_id and a.approval_id = n.approval_id
                    and (a.status = 'pending' or a.status = n.status)
                """)) {
            update.setArray(1, SqlArrays.texts(connection, rows, Approval::tenantId));
            update.setArray(2, SqlArrays.texts(connection, rows, Approval::approvalId));
            update.setArray(
                    3, SqlArrays.texts(connection, rows, row -> row.status().wireName()));
            update.setArray(4, SqlArrays.integers(connection, rows, Approval::sequence));
            update.setArray(5, SqlArrays.times(connection, rows, Approval::resolvedAt));
            update.setArray(6, SqlArrays.texts(connection, rows, ApprovalRows::approver));
            update.setArray(7, SqlArrays.texts(connection, rows, Approval::rationale));
            update.setArray(
                    8,
                    SqlArrays.texts(
                            connection, rows, row -> row.deliveryStatus().wireName()));
            int updated = update.executeUpdate();
            if (updated != rows.size()) {
                throw new SQLException("Of " + rows.size() + " approvals only " + updated
                        + " were still as they were read: somebody changes approvals outside the ledger");
            }
        }
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

    private static String approversAsJson(Approval approval) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        approval.approvers().forEach(array::add);
        return array.toString();
    }
}
