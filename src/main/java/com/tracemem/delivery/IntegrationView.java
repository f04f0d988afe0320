package com.tracemem.delivery;

import com.fasterxml.jackson.annotation.JsonProperty;
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
     * How it fares. Rates and percentiles are of the attempts of the last 24 hours.
     *
     * @param statusReason why the status is what it is, as a sentence
     * @param cure what to do about it, as a sentence
     * @param attempts in the last 24 hours
     * @param successRate from 0 to 1; left out without attempts
     * @param latencyP50Ms milliseconds, to within a fifth; left out without attempts
     * @param latencyP99Ms milliseconds, to within a fifth; left out without attempts
     * @param oldestWaitingSince left out when no message waits
     */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    public record Health(
            int consecutiveFailures,
            @Nullable String statusReason,
            Instant statusSince,
            @Nullable String cure,
            @Nullable Instant lastSuccessAt,
            long attempts,
            @Nullable Double successRate,
            @JsonProperty("latency_p50_ms") @Nullable Integer latencyP50Ms,
            @JsonProperty("latency_p99_ms") @Nullable Integer latencyP99Ms,
            @Nullable Instant oldestWaitingSince) {}

    static IntegrationView of(Integration integration, Set<String> storedNames, DeliveryStatistics.Numbers numbers) {
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
                        integration.cure(),
                        integration.lastSuccessAt(),
                        numbers.attempts(),
                        numbers.successRate(),
                        numbers.p50Ms(),
                        numbers.p99Ms(),
                        numbers.oldestWaitingSince()),
                integration.lastError(),
                integration.createdAt(),
                integration.updatedAt());
    }
}
