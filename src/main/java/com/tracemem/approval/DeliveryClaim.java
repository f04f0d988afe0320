package com.tracemem.approval;

import com.tracemem.trace.DecisionKey;
import java.time.Instant;

/**
 * A message that this worker, and no other, may send until its lease is over.
 *
 * @param deliveryId also the message's id: the same on every attempt
 * @param sequence the approval's sequence that the message tells of
 * @param attempt counts from 1, this one included
 * @param leaseToken must still be the row's when the attempt is reported
 */
public record DeliveryClaim(
        String tenantId,
        String deliveryId,
        String approvalId,
        String decisionId,
        String integrationId,
        DeliveryKind kind,
        int sequence,
        int attempt,
        String leaseToken,
        Instant createdAt) {

    public DecisionKey decision() {
        return new DecisionKey(tenantId, decisionId);
    }
}
