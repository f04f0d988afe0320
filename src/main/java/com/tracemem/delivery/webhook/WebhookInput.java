package com.tracemem.delivery.webhook;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A webhook integration's settings as an administrator gives them, unchecked; null where left out.
 *
 * @param events {@code approval.requested}, {@code approval.resolved}; left out, both
 * @param timeoutMs milliseconds, {@value WebhookConfig#SHORTEST_TIMEOUT_MS} to {@value WebhookConfig#LONGEST_TIMEOUT_MS}
 * @param maxRetries 0 to {@value WebhookConfig#MOST_RETRIES}
 */
public record WebhookInput(
        @Nullable String name,
        @Nullable String url,
        @Nullable List<String> events,
        @Nullable Integer timeoutMs,
        @Nullable Integer maxRetries) {}
