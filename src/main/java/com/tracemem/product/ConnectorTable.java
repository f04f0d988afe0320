package com.tracemem.product;

import com.tracemem.product.Connector.Settings;
import com.tracemem.product.Connector.Status;
import com.tracemem.product.Connector.Tls;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Connectors as rows. */
final class ConnectorTable {
    static final String SELECT = """
            select c.*, s.hash as schema_hash, s.discovered_at as schema_at from connector c
            left join connector_schema s on s.tenant_id = c.tenant_id and s.connector_id = c.connector_id""";

    private ConnectorTable() {}

    static JdbcClient.StatementSpec bind(JdbcClient.StatementSpec statement, Connectors.Draft draft) {
        Settings settings = draft.settings();
        return statement
                .param("name", draft.name())
                .param("type", settings.type().wireName())
                .param("host", settings.host())
                .param("port", settings.port())
                .param("database", settings.database())
                .param("username", settings.username())
                .param("tls", settings.tls().wireName())
                .param("pool", settings.poolSize())
                .param("connect", settings.connectTimeoutMs())
                .param("read", settings.readTimeoutMs())
                .param("statement", settings.statementTimeoutMs());
    }

    static Connector read(ResultSet row, int number) throws SQLException {
        byte[] hash = row.getBytes("schema_hash");
        return new Connector(
                row.getString("tenant_id"),
                row.getString("connector_id"),
                row.getString("name"),
                new Settings(
                        Connector.Type.of(row.getString("type")).orElseThrow(),
                        row.getString("host"),
                        row.getInt("port"),
                        row.getString("database"),
                        row.getString("username"),
                        Tls.of(row.getString("tls")).orElseThrow(),
                        row.getInt("pool_size"),
                        row.getInt("connect_timeout_ms"),
                        row.getInt("read_timeout_ms"),
                        row.getInt("statement_timeout_ms")),
                row.getInt("revision"),
                Status.valueOf(row.getString("status").toUpperCase(Locale.ROOT)),
                row.getString("last_error"),
                time(row, "last_ok_at"),
                hash == null ? null : HexFormat.of().formatHex(hash),
                time(row, "schema_at"),
                Objects.requireNonNull(time(row, "created_at")),
                Objects.requireNonNull(time(row, "updated_at")));
    }

    static @Nullable Instant time(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
