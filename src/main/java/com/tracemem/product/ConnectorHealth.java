package com.tracemem.product;

import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How connectors fared when they were last used. */
final class ConnectorHealth {
    private static final Logger log = LoggerFactory.getLogger(ConnectorHealth.class);

    private record Key(String tenantId, String connectorId) {}

    private final JdbcClient jdbc;
    private final InstantSource clock;
    /** What was last reported of each, so that only changes are written. */
    private final ConcurrentHashMap<Key, String> reported = new ConcurrentHashMap<>();

    ConnectorHealth(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * Notes how the newest use fared.
     *
     * @param error a sentence; null for well
     */
    void report(Connector connector, @Nullable String error) {
        Key key = new Key(connector.tenantId(), connector.connectorId());
        String now = connector.revision() + "/" + Objects.requireNonNullElse(error, "");
        if (now.equals(reported.put(key, now))) {
            return;
        }
        try {
            jdbc.sql("""
                        update connector set status = :status, last_error = :error,
                            last_ok_at = case when :error::text is null then :now else last_ok_at end
                        where tenant_id = :tenant and connector_id = :id and revision = :revision""")
                    .param("status", error == null ? "healthy" : "error")
                    .param("error", error)
                    .param("now", clock.instant().truncatedTo(ChronoUnit.MILLIS).atOffset(ZoneOffset.UTC))
                    .param("tenant", connector.tenantId())
                    .param("id", connector.connectorId())
                    .param("revision", connector.revision())
                    .update();
        } catch (DataAccessException unwritten) {
            // what was read or written stands, whether or not it is noted
            reported.remove(key);
            log.warn("The health of connector {} could not be noted", connector.connectorId());
        }
    }

    void forget() {
        reported.clear();
    }
}
