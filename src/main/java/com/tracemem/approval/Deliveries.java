package com.tracemem.approval;

import com.tracemem.store.Cursor;
import com.tracemem.store.Page;
import com.tracemem.store.PageRequest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The messages to approvers as administrators look at them: which went out, which did not, and why. */
public final class Deliveries {
    private final JdbcClient jdbc;

    public Deliveries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A message and how far it got.
     *
     * @param kind as the delivery table has it: {@code requested}, {@code resolved}, …
     * @param status as the delivery table has it: {@code pending}, {@code failed}, …
     */
    public record Delivery(
            String deliveryId,
            String approvalId,
            String decisionId,
            String integrationId,
            String kind,
            String status,
            int attempts,
            @Nullable String lastError,
            Instant nextAttemptAt,
            Instant createdAt,
            @Nullable Instant finishedAt) {

        static Delivery read(ResultSet row, int number) throws SQLException {
            Timestamp finished = row.getTimestamp("finished_at");
            return new Delivery(
                    row.getString("delivery_id"),
                    row.getString("approval_id"),
                    row.getString("decision_id"),
                    row.getString("integration_id"),
                    row.getString("kind"),
                    row.getString("status"),
                    row.getInt("attempts"),
                    row.getString("last_error"),
                    row.getTimestamp("next_attempt_at").toInstant(),
                    row.getTimestamp("created_at").toInstant(),
                    finished == null ? null : finished.toInstant());
        }
    }

    /** An integration's messages, newest first; the sort key is the delivery's id. */
    public Page<Delivery> list(String tenantId, String integrationId, PageRequest page) {
        List<Delivery> rows = jdbc.sql("""
                        select * from delivery
                        where tenant_id = :tenant and integration_id = :integration
                            and (:before::text is null or delivery_id < :before)
                        order by delivery_id desc limit :limit""")
                .param("tenant", tenantId)
                .param("integration", integrationId)
                .param(
                        "before",
                        page.after() == null ? null : page.after().key().getFirst())
                .param("limit", page.fetch())
                .query(Delivery::read)
                .list();
        return Page.of(rows, page, delivery -> Cursor.of(delivery.deliveryId()));
    }
}
