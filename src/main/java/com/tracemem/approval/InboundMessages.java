package com.tracemem.approval;

import com.tracemem.store.RoundTrip;
import com.tracemem.trace.Command;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The messages whose answers took effect or were refused. They are noted in the transaction of their effect: noted
 * earlier, a crash in between would lose the answer; later, a repetition could take effect twice.
 */
final class InboundMessages {
    private record Key(String tenantId, InboundMessage message) {}

    /**
     * What is known of a message.
     *
     * @param refused it had no effect and may still have one, when it comes again corrected
     */
    record Noted(String approvalId, boolean refused) {}

    private final Map<Key, Noted> known = new HashMap<>();
    private final Map<Key, Noted> added = new LinkedHashMap<>();

    void load(RoundTrip trip, List<Command<?>> commands) throws SQLException {
        List<Key> asked = new ArrayList<>();
        for (Command<?> command : commands) {
            if (command instanceof AnswerApproval answer && answer.answer().message() != null) {
                asked.add(new Key(answer.answer().tenantId(), answer.answer().message()));
            }
        }
        trip.read(
                        """
                select m.tenant_id, m.integration_id, m.message_id, m.approval_id, m.refused
                from unnest(?::text[], ?::text[], ?::text[]) as k (tenant_id, integration_id, message_id)
                join inbound_message m on m.tenant_id = k.tenant_id and m.integration_id = k.integration_id
                    and m.message_id = k.message_id
                """,
                        row -> known.put(
                                new Key(
                                        row.getString("tenant_id"),
                                        new InboundMessage(
                                                row.getString("integration_id"), row.getString("message_id"))),
                                new Noted(row.getString("approval_id"), row.getBoolean("refused"))))
                .texts(asked, Key::tenantId)
                .texts(asked, key -> key.message().integrationId())
                .texts(asked, key -> key.message().messageId());
    }

    /** What is known of a message that came before; null of a new one. */
    @Nullable
    Noted find(String tenantId, InboundMessage message) {
        return known.get(new Key(tenantId, message));
    }

    void add(String tenantId, InboundMessage message, Noted noted) {
        known.put(new Key(tenantId, message), noted);
        added.put(new Key(tenantId, message), noted);
    }

    boolean areUnchanged() {
        return added.isEmpty();
    }

    void save(RoundTrip trip, Instant now) throws SQLException {
        trip.write("""
                insert into inbound_message (tenant_id, integration_id, message_id, approval_id, refused, received_at)
                select tenant_id, integration_id, message_id, approval_id, refused, ?
                from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::bool[])
                    as n (tenant_id, integration_id, message_id, approval_id, refused)
                on conflict (tenant_id, integration_id, message_id) do update set refused = excluded.refused
                """)
                .time(now)
                .texts(added.keySet(), Key::tenantId)
                .texts(added.keySet(), key -> key.message().integrationId())
                .texts(added.keySet(), key -> key.message().messageId())
                .texts(added.values(), Noted::approvalId)
                .booleans(added.values(), Noted::refused);
    }
}
