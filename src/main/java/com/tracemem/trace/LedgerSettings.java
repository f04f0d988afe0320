package com.tracemem.trace;

import java.time.Duration;

/**
 * Bounds of the {@link Ledger}.
 *
 * @param largestBatch commands in one transaction at most
 * @param queueCapacity commands that may wait; more are refused as overloaded
 * @param longestRepair how long a batch is repeated while the database is away before its callers are told
 */
public record LedgerSettings(int largestBatch, int queueCapacity, Duration longestRepair) {
    public static final LedgerSettings DEFAULT = new LedgerSettings(200, 10_000, Duration.ofSeconds(30));

    public LedgerSettings {
        if (largestBatch < 1 || queueCapacity < 1 || longestRepair.isNegative()) {
            throw new IllegalArgumentException("A ledger needs room for at least one command");
        }
    }
}
