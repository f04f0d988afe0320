package com.tracemem.admin;

import com.tracemem.delivery.webhook.WebhookConfig;
import com.tracemem.delivery.webhook.WebhookInput;
import com.tracemem.identity.FieldError;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A new webhook integration.
 *
 * @param url where questions and outcomes are sent
 * @param timeoutMs for the whole exchange, in milliseconds
 * @param maxRetries how often a failed call is repeated
 * @param wrong what is wrong with the fields' form: told together with what is wrong with their values
 */
record WebhookDraft(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) String name,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) String url,

        @Schema(allowableValues = {"approval.requested", "approval.resolved"}) @Nullable
        List<String> events,

        @Schema(defaultValue = "5000", minimum = "1000", maximum = "30000") @Nullable
        Integer timeoutMs,

        @Schema(defaultValue = "3", minimum = "0", maximum = "20") @Nullable
        Integer maxRetries,

        @Schema(hidden = true) List<FieldError> wrong) {
    static final int LONGEST_URL = 2000;
    static final int MOST_EVENTS = 10;

    static WebhookDraft read(Fields fields) {
        return new WebhookDraft(
                fields.requiredText("name", AgentPatch.LONGEST_NAME),
                fields.requiredText("url", LONGEST_URL),
                fields.texts("events", MOST_EVENTS, 100),
                fields.integer("timeout_ms", WebhookConfig.SHORTEST_TIMEOUT_MS, WebhookConfig.LONGEST_TIMEOUT_MS),
                fields.integer("max_retries", 0, WebhookConfig.MOST_RETRIES),
                fields.takeErrors());
    }

    WebhookInput input() {
        return new WebhookInput(name, url, events, timeoutMs, maxRetries);
    }
}
