package com.tracemem.admin;

import com.tracemem.product.Connector;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * A connector.
 *
 * @param credentials all that is ever told of the password is that it is stored
 * @param lastError why the newest use failed
 * @param schemaHash SHA-256 of what was discovered last, in hex
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record ConnectorResource(
        String connectorId,
        String name,

        @Schema(allowableValues = {"postgresql", "mariadb", "mysql"})
        String type,

        Config config,
        Map<String, Stored> credentials,

        @Schema(allowableValues = {"configured", "healthy", "error"})
        String status,

        @Nullable String lastError,
        @Nullable Instant lastOkAt,
        @Nullable String schemaHash,
        @Nullable Instant schemaAt,
        Instant createdAt,
        Instant updatedAt) {

    /** What connections are made of. */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    @Schema(name = "ConnectorConfig")
    record Config(
            String host,
            int port,
            String database,
            String username,
            String tls,
            int poolSize,
            int connectTimeoutMs,
            int readTimeoutMs,
            int statementTimeoutMs) {}

    /** Of a secret. */
    @Schema(name = "StoredSecret")
    record Stored(boolean stored) {}

    static ConnectorResource of(Connector connector) {
        Connector.Settings settings = connector.settings();
        return new ConnectorResource(
                connector.connectorId(),
                connector.name(),
                settings.type().wireName(),
                new Config(
                        settings.host(),
                        settings.port(),
                        settings.database(),
                        settings.username(),
                        settings.tls().wireName(),
                        settings.poolSize(),
                        settings.connectTimeoutMs(),
                        settings.readTimeoutMs(),
                        settings.statementTimeoutMs()),
                Map.of("password", new Stored(true)),
                connector.status().wireName(),
                connector.lastError(),
                connector.lastOkAt(),
                connector.schemaHash(),
                connector.schemaAt(),
                connector.createdAt(),
                connector.updatedAt());
    }
}
