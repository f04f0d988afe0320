package com.tracemem.admin;

import com.tracemem.delivery.webhook.WebhookIntegrations;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which secrets to replace: those that are named, by the value given or a generated one for null; none named, both.
 *
 * @param graceSeconds for how long the old secrets stay valid, in seconds
 * @param given the secrets that the body named
 */
record RotationInput(
        @Nullable String outgoingSecret,
        @Nullable String incomingSecret,

        @Schema(defaultValue = "86400", minimum = "0", maximum = "2592000")
        int graceSeconds,

        @Schema(hidden = true) Map<String, @Nullable String> given) {
    private static final List<String> SECRETS = List.of("outgoing_secret", "incoming_secret");
    private static final int LONGEST_SECRET = 200;
    private static final int LONGEST_GRACE = 2_592_000;

    static RotationInput both() {
        int grace = (int) WebhookIntegrations.DEFAULT_GRACE.toSeconds();
        return new RotationInput(null, null, grace, Map.of());
    }

    static RotationInput read(Fields fields) {
        Map<String, @Nullable String> given = new LinkedHashMap<>();
        for (String name : SECRETS) {
            if (fields.has(name)) {
                given.put(name, fields.secret(name, LONGEST_SECRET));
            }
        }
        Integer grace = fields.integer("grace_seconds", 0, LONGEST_GRACE);
        return new RotationInput(
                given.get("outgoing_secret"),
                given.get("incoming_secret"),
                grace == null ? both().graceSeconds() : grace,
                given);
    }

    /** Of the new secrets those that the caller did not give: nobody is shown a secret that they know. */
    Map<String, String> unknown(Map<String, String> secrets) {
        return secrets.entrySet().stream()
                .filter(secret -> given.get(secret.getKey()) == null)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    Duration gracePeriod() {
        return Duration.ofSeconds(graceSeconds);
    }

    @Override
    public String toString() {
        return "RotationInput(%s, %d s)".formatted(given.keySet(), graceSeconds);
    }
}
