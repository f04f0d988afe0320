package com.tracemem.admin;

import com.tracemem.approval.Deliveries.Delivery;
import com.tracemem.approval.DeliveryState;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * A message about an approval and how far it got. Each attempt, with its outcome and latency, is in the decision's
 * trace.
 *
 * @param attempts attempts so far
 * @param nextAttemptAt only while it waits to be sent
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
@Schema(name = "Delivery")
record DeliveryResource(
        String deliveryId,
        String approvalId,
        String decisionId,
        String integrationId,

        @Schema(allowableValues = {"requested", "reminder", "escalated", "resolved", "cancelled"})
        String kind,

        @Schema(allowableValues = {"pending", "sending", "delivered", "failed", "parked", "cancelled"})
        String status,

        int attempts,
        @Nullable String lastError,
        @Nullable Instant nextAttemptAt,
        Instant createdAt,
        @Nullable Instant finishedAt) {

    static DeliveryResource of(Delivery delivery) {
        return new DeliveryResource(
                delivery.deliveryId(),
                delivery.approvalId(),
                delivery.decisionId(),
                delivery.integrationId(),
                delivery.kind().wireName(),
                delivery.state().wireName(),
                delivery.attempts(),
                delivery.lastError(),
                delivery.state() == DeliveryState.PENDING ? delivery.nextAttemptAt() : null,
                delivery.createdAt(),
                delivery.finishedAt());
    }
}
