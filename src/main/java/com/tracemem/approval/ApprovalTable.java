package com.tracemem.approval;

import com.tracemem.trace.Sha256;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The columns of the approval table and how a row becomes an {@link Approval}. */
final class ApprovalTable {
    static final String COLUMNS = """
            a.tenant_id, a.approval_id, a.decision_id, a.agent_id, a.approval_route_id, a.route_version,
            a.integration_id, a.title, a.message, a.require_rationale, a.proposed_action, a.action_digest, a.causes, a.approvers,
            a.on_expiry, a.required_votes, a.decision_seq, a.sequence, a.status, a.requested_at, a.expires_at,
            a.resolved_at, a.approver, a.rationale, a.delivery_status
            """;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private ApprovalTable() {}

    static Approval read(ResultSet row) throws SQLException {
        byte[] actionDigest = row.getBytes("action_digest");
        Timestamp resolvedAt = row.getTimestamp("resolved_at");
        return new Approval(
                row.getString("tenant_id"),
                row.getString("approval_id"),
                row.getString("decision_id"),
                row.getString("agent_id"),
                row.getString("approval_route_id"),
                row.getInt("route_version"),
                row.getString("integration_id"),
                row.getString("title"),
                row.getString("message"),
                row.getBoolean("require_rationale"),
                json(row.getString("proposed_action")),
                actionDigest == null ? null : Sha256.ofBytes(actionDigest),
                causes(row.getString("causes")),
                List.of((String[]) row.getArray("approvers").getArray()),
                row.getString("on_expiry").equals(Route.OnExpiry.REJECT.wireName()),
                row.getInt("required_votes"),
                row.getInt("decision_seq"),
                row.getInt("sequence"),
                ApprovalStatus.ofWireName(row.getString("status")).orElseThrow(),
                instant(row, "requested_at"),
                instant(row, "expires_at"),
                resolvedAt == null ? null : resolvedAt.toInstant(),
                approver(row.getString("approver")),
                row.getString("rationale"),
                DeliveryStatus.valueOf(row.getString("delivery_status").toUpperCase(Locale.ROOT)));
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getTimestamp(column).toInstant();
    }

    static @Nullable String text(@Nullable JsonNode json) {
        return json == null ? null : json.toString();
    }

    private static List<Cause> causes(String text) {
        return MAPPER.readTree(text).valueStream().map(Cause::read).toList();
    }

    private static @Nullable JsonNode json(@Nullable String text) {
        return text == null ? null : MAPPER.readTree(text);
    }

    private static @Nullable Approver approver(@Nullable String text) {
        JsonNode json = json(text);
        return json == null
                ? null
                : new Approver(
                        json.path("id").asStringOpt().orElse(null),
                        json.path("name").asStringOpt().orElse(null),
                        json.path("email").asStringOpt().orElse(null),
                        json.path("role").asStringOpt().orElse(null),
                        json.required("channel").stringValue());
    }
}
