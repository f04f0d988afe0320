package com.tracemem.identity;

import java.time.Instant;
import java.util.Optional;

/**
 * A key of an agent as it can be shown: without the key.
 *
 * @param prefix the first characters, so that a person can tell keys apart; not enough to use
 * @param lastUsedAt when it was last used, to about a minute
 */
public record AgentKey(
        String tenantId,
        String keyId,
        String agentId,
        Optional<String> name,
        String prefix,
        Instant createdAt,
        Optional<Instant> expiresAt,
        Optional<Instant> revokedAt,
        Optional<Instant> lastUsedAt) {}
