package com.tracemem.delivery;

import com.tracemem.approval.DeliveryKind;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A way to reach people: a connection to an outside system, without its secrets.
 *
 * @param type {@code webhook}, {@code slack} or {@code email}
 * @param statusReason why it is in this status, as a sentence; null when there is nothing to say
 * @param config the type's own settings
 * @param carries the kinds of message that it takes
 * @param consecutiveFailures failed attempts since the last success
 */
public record Integration(
        String tenantId,
        String integrationId,
        String type,
        String name,
        IntegrationStatus status,
        @Nullable String statusReason,
        Instant statusSince,
        ObjectNode config,
        List<DeliveryKind> carries,
        int consecutiveFailures,
        @Nullable String lastError,
        @Nullable Instant lastSuccessAt,
        Instant createdAt,
        Instant updatedAt) {

    public Integration {
        carries = List.copyOf(carries);
    }

    public boolean isDisabled() {
        return status == IntegrationStatus.DISABLED;
    }

    /** What to do about its status, as a sentence; null when nothing is to be done. */
    public @Nullable String cure() {
        return switch (status) {
            case CONFIGURED -> "Nothing has gone over it yet: run its test, or wait for the first message";
            case ENABLED -> null;
            case DISABLED -> "When the reason is gone, enable it: the messages that it kept back go out then";
            case ERROR ->
                "Mend what the reason says, then run its test: any success clears the error. Messages that were given"
                        + " up on meanwhile are sent again with retry-failed";
        };
    }
}
