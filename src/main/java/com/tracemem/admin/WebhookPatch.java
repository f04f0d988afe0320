package com.tracemem.admin;

import com.tracemem.delivery.webhook.WebhookConfig;
import com.tracemem.delivery.webhook.WebhookInput;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What to change of a webhook integration; what is left out stays as it is. */
record WebhookPatch(
        @Nullable String name,
        @Nullable String url,

        @Schema(allowableValues = {"approval.requested", "approval.resolved"}) @Nullable
        List<String> events,

        @Schema(minimum = "1000", maximum = "30000") @Nullable
        Integer timeoutMs,

        @Schema(minimum = "0", maximum = "20") @Nullable Integer maxRetries) {

    static WebhookPatch read(Fields fields) {
        Stream.of("name", "url", "events", "timeout_ms", "max_retries").forEach(fields::refuseNull);
        return new WebhookPatch(
                fields.text("name", AgentPatch.LONGEST_NAME),
                fields.text("url", WebhookDraft.LONGEST_URL),
                fields.texts("events", WebhookDraft.MOST_EVENTS, 100),
                fields.integer("timeout_ms", WebhookConfig.SHORTEST_TIMEOUT_MS, WebhookConfig.LONGEST_TIMEOUT_MS),
                fields.integer("max_retries", 0, WebhookConfig.MOST_RETRIES));
    }

    WebhookInput input() {
        return new WebhookInput(name, url, events, timeoutMs, maxRetries);
    }
}
