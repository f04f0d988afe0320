package com.tracemem.approval;

import com.tracemem.trace.DecisionKey;
import java.time.Instant;

/**
 * A message that this worker, and no other, may send until its lease is over.
 *
 * @param deliveryId also the message's id: the same on every attempt
 * @param sequence the approval's sequence that the message tells of
 * @param attempt counts from 1, this one included
 * @param attemptsBefore attempts made before an administrator had it retried: the schedule counts from there
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
        int attemptsBefore,
        String leaseToken,
        Instant createdAt) {

    /** Counts from 1 since the message was new or was retried by hand. */
    public int attemptInRound() {
        return attempt - attemptsBefore;
    }

    public DecisionKey decision() {
        return new DecisionKey(tenantId, decisionId);
    }
}
