package com.tracemem.approval;

import com.tracemem.store.SqlArrays;
import com.tracemem.trace.Command;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The messages whose answers took effect. They are noted in the transaction of their effect: noted earlier, a crash in
 * between would lose the answer; later, a repetition could take effect twice.
 */
final class InboundMessages {
    private record Key(String tenantId, InboundMessage message) {}

    private final Map<Key, String> approvalIds = new HashMap<>();
    private final Map<Key, String> added = new LinkedHashMap<>();

    void load(Connection connection, List<Command<?>> commands) throws SQLException {
        List<Key> asked = new ArrayList<>();
        for (Command<?> command : commands) {
            if (command instanceof AnswerApproval answer && answer.answer().message() != null) {
                asked.add(new Key(answer.answer().tenantId(), answer.answer().message()));
            }
        }
        if (asked.isEmpty()) {
            return;
        }
        try (PreparedStatement select = connection.prepareStatement("""
                select m.tenant_id, m.integration_id, m.message_id, m.approval_id
                from unnest(?::text[], ?::text[], ?::text[]) as k (tenant_id, integration_id, message_id)
                join inbound_message m on m.tenant_id = k.tenant_id and m.integration_id = k.integration_id
                    and m.message_id = k.message_id
                """)) {
            select.setArray(1, SqlArrays.texts(connection, asked, Key::tenantId));
            select.setArray(
                    2, SqlArrays.texts(connection, asked, key -> key.message().integrationId()));
            select.setArray(
                    3, SqlArrays.texts(connection, asked, key -> key.message().messageId()));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    approvalIds.put(
                            new Key(
                                    row.getString("tenant_id"),
                                    new InboundMessage(row.getString("integration_id"), row.getString("message_id"))),
                            row.getString("approval_id"));
                }
            }
        }
    }

    /** The approval that this message answered, if it took effect before. */
    Optional<String> approvalAnsweredBy(String tenantId, InboundMessage message) {
        return Optional.ofNullable(approvalIds.get(new Key(tenantId, message)));
    }

    void add(String tenantId, InboundMessage message, String approvalId) {
        approvalIds.put(new Key(tenantId, message), approvalId);
        added.put(new Key(tenantId, message), approvalId);
    }

    void save(Connection connection, Instant now) throws SQLException {
        if (added.isEmpty()) {
            return;
        }
        try (PreparedStatement insert = connection.prepareStatement("""
                insert into inbound_message (tenant_id, integration_id, message_id, approval_id, received_at)
                select tenant_id, integration_id, message_id, approval_id, ?
                from unnest(?::text[], ?::text[], ?::text[], ?::text[])
                    as n (tenant_id, integration_id, message_id, approval_id)
                """)) {
            insert.setObject(1, now.atOffset(ZoneOffset.UTC));
            insert.setArray(2, SqlArrays.texts(connection, added.keySet(), Key::tenantId));
            insert.setArray(
                    3,
                    SqlArrays.texts(
                            connection, added.keySet(), key -> key.message().integrationId()));
            insert.setArray(
                    4,
                    SqlArrays.texts(
                            connection, added.keySet(), key -> key.message().messageId()));
            insert.setArray(5, SqlArrays.texts(connection, added.values(), id -> id));
            insert.execute();
        }
    }
}
