package com.tracemem.decision;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The columns of the decision table and how a row becomes a {@link Decision}. */
final class DecisionTable {
    private static final String ENVELOPE = """
            d.tenant_id, d.decision_id, d.agent_id, d.actor, d.intent, d.automation_mode, d.instance, d.version,
            d.status, d.granted_approval_id, d.created_at, d.closed_at, d.close_reason, c.decision_seq as event_count
            """;

    /** Without what an agent attached, which may be large: for batches, waiters and lists. */
    static final String COLUMNS = ENVELOPE + ", null as metadata, null as close_summary ";

    static final String ALL_COLUMNS = ENVELOPE + ", d.metadata, d.close_summary ";

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private DecisionTable() {}

    static Decision read(ResultSet row) throws SQLException {
        return new Decision(
                row.getString("tenant_id"),
                row.getString("decision_id"),
                row.getString("agent_id"),
                row.getString("actor"),
                row.getString("intent"),
                AutomationMode.parse(row.getString("automation_mode")),
                row.getString("instance"),
                row.getString("version"),
                json(row.getString("metadata")),
                DecisionStatus.ofWireName(row.getString("status")).orElseThrow(),
                row.getString("granted_approval_id"),
                row.getTimestamp("created_at").toInstant(),
                instant(row.getTimestamp("closed_at")),
                row.getString("close_reason"),
                json(row.getString("close_summary")),
                row.getInt("event_count"));
    }

    private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }

    private static @Nullable JsonNode json(@Nullable String text) {
        return text == null ? null : MAPPER.readTree(text);
    }

    static @Nullable String text(@Nullable JsonNode json) {
        return json == null ? null : json.toString();
    }
}
