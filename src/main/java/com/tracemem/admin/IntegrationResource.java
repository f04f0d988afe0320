package com.tracemem.admin;

import com.tracemem.delivery.IntegrationView;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * An integration.
 *
 * @param config the type's own settings
 * @param credentials by name: all that is ever told of a secret is that it is stored
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record IntegrationResource(
        String integrationId,

        @Schema(allowableValues = {"webhook", "slack", "email"})
        String type,

        String name,

        @Schema(allowableValues = {"configured", "enabled", "disabled", "error"})
        String status,

        JsonNode config,
        Map<String, IntegrationView.Stored> credentials,
        IntegrationView.Health health,
        @Nullable String lastError,
        Instant createdAt,
        Instant updatedAt) {

    static IntegrationResource of(IntegrationView view) {
        return new IntegrationResource(
                view.integrationId(),
                view.type(),
                view.name(),
                view.status(),
                view.config(),
                view.credentials(),
                view.health(),
                view.lastError(),
                view.createdAt(),
                view.updatedAt());
    }
}
