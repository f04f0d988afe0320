package com.tracemem.delivery;

import com.tracemem.approval.DeliveryKind;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** How a row of the table {@code integration} reads. */
final class IntegrationTable {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private IntegrationTable() {}

    static Integration read(ResultSet row, int number) throws SQLException {
        return new Integration(
                row.getString("tenant_id"),
                row.getString("integration_id"),
                row.getString("type"),
                row.getString("name"),
                IntegrationStatus.ofWireName(row.getString("status")),
                row.getString("status_reason"),
                Objects.requireNonNull(time(row, "status_since")),
                (ObjectNode) JSON.readTree(row.getString("config")),
                Stream.of(texts(row.getArray("carries")))
                        .map(DeliveryKind::ofWireName)
                        .toList(),
                row.getInt("consecutive_failures"),
                row.getString("last_error"),
                time(row, "last_success_at"),
                Objects.requireNonNull(time(row, "created_at")),
                Objects.requireNonNull(time(row, "updated_at")));
    }

    private static String[] texts(Array array) throws SQLException {
        return (String[]) array.getArray();
    }

    private static @Nullable Instant time(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
