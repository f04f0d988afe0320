package com.tracemem.admin;

import com.tracemem.identity.AgentKey;
import com.tracemem.identity.NewAgentKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * An agent's key.
 *
 * @param apiKey the key itself, only in the answer that made it
 * @param prefix its first characters, by which people tell keys apart
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record KeyResource(
        String keyId,
        @Nullable String apiKey,
        String agentId,
        @Nullable String name,
        String prefix,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt,
        @Nullable Instant lastUsedAt) {

    static KeyResource of(AgentKey key) {
        return of(key, null);
    }

    static KeyResource of(NewAgentKey made) {
        return of(made.key(), made.apiKey());
    }

    private static KeyResource of(AgentKey key, @Nullable String apiKey) {
        return new KeyResource(
                key.keyId(),
                apiKey,
                key.agentId(),
                key.name().orElse(null),
                key.prefix(),
                key.createdAt(),
                key.expiresAt().orElse(null),
                key.revokedAt().orElse(null),
                key.lastUsedAt().orElse(null));
    }

    @Override
    public String toString() {
        return "KeyResource(" + keyId + ")";
    }
}
