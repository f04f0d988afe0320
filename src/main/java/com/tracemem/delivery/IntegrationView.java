package com.tracemem.delivery;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;
import tools.jackson.databind.node.ObjectNode;

/**
 * An integration as administrators see it. Of its secrets it tells the names:
 * {@code {"outgoing_secret": {"stored": true}}}.
 *
 * @param status {@code configured}, {@code enabled}, {@code disabled} or {@code error}
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record IntegrationView(
        String integrationId,
        String type,
        String name,
        String status,
        ObjectNode config,
        Map<String, Stored> credentials,
        Health health,
        @Nullable String lastError,
        Instant createdAt,
        Instant updatedAt) {

    /** All that is ever told about a secret. */
    public record Stored(boolean stored) {}

    /**
     * How deliveries fared lately.
     *
     * @param statusReason why the status is what it is, as a sentence
     */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    public record Health(
            int consecutiveFailures,
            @Nullable String statusReason,
            Instant statusSince,
            @Nullable Instant lastSuccessAt) {}

    static IntegrationView of(Integration integration, Set<String> storedNames) {
        Map<String, Stored> credentials = new TreeMap<>();
        storedNames.forEach(name -> credentials.put(name, new Stored(true)));
        return new IntegrationView(
                integration.integrationId(),
                integration.type(),
                integration.name(),
                integration.status().wireName(),
                integration.config(),
                credentials,
                new Health(
                        integration.consecutiveFailures(),
                        integration.statusReason(),
                        integration.statusSince(),
                        integration.lastSuccessAt()),
                integration.lastError(),
                integration.createdAt(),
                integration.updatedAt());
    }
}
