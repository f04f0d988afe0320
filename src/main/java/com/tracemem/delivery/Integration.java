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
}
