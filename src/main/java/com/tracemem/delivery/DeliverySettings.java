package com.tracemem.delivery;

import java.time.Duration;

/**
 * Bounds of the {@link DeliveryWorker}.
 *
 * @param batch messages claimed at once at most
 * @param perDestination messages on their way to one integration at a time at most
 * @param concurrency messages on their way at a time at most
 * @param lease for how long a claimed message is this worker's; at least twice the longest send
 * @param longestSend no channel takes longer
 * @param poll how often the queue is looked at when nobody wakes the worker
 * @param drain for how long {@code close} waits for messages on their way
 */
public record DeliverySettings(
        int batch,
        int perDestination,
        int concurrency,
        Duration lease,
        Duration longestSend,
        Duration poll,
        Duration drain) {
    public static final DeliverySettings DEFAULT = new DeliverySettings(
            100, 16, 256, Duration.ofSeconds(60), Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofSeconds(5));

    public DeliverySettings {
        if (batch < 1 || perDestination < 1 || concurrency < 1 || poll.isNegative() || poll.isZero()) {
            throw new IllegalArgumentException("Batch, bounds and poll interval of the delivery worker are at least 1");
        }
        if (lease.compareTo(longestSend) <= 0) {
            throw new IllegalArgumentException("The lease of a delivery outlives the longest send");
        }
    }

    /** No send takes longer than half of the lease, so that it outlives the longest by a margin. */
    public DeliverySettings withLease(Duration newLease) {
        Duration half = newLease.dividedBy(2);
        Duration longest = half.compareTo(DEFAULT.longestSend) < 0 ? half : DEFAULT.longestSend;
        return new DeliverySettings(batch, perDestination, concurrency, newLease, longest, poll, drain);
    }

    public DeliverySettings withConcurrency(int newConcurrency) {
        return new DeliverySettings(batch, perDestination, newConcurrency, lease, longestSend, poll, drain);
    }

    public DeliverySettings withPoll(Duration newPoll) {
        return new DeliverySettings(batch, perDestination, concurrency, lease, longestSend, newPoll, drain);
    }
}
