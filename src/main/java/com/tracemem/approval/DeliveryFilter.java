package com.tracemem.approval;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which messages a list shows; null where it does not matter.
 *
 * @param from when the message was written, inclusive
 * @param to when the message was written, exclusive
 */
public record DeliveryFilter(
        @Nullable DeliveryState state,
        @Nullable DeliveryKind kind,
        @Nullable String approvalId,
        @Nullable Instant from,
        @Nullable Instant to) {
    public static final DeliveryFilter ALL = new DeliveryFilter(null, null, null, null, null);
}
