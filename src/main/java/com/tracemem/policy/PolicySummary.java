package com.tracemem.policy;

import com.tracemem.trace.Sha256;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A policy in a list.
 *
 * @param version the published one; null while there is only a draft
 * @param hash of the published version, else of the draft
 * @param hasDraft whether there is a draft that is not published
 */
public record PolicySummary(
        String policyId, @Nullable Integer version, Sha256 hash, boolean hasDraft, Instant changedAt) {

    public PolicyStatus status() {
        return version == null ? PolicyStatus.DRAFT : PolicyStatus.PUBLISHED;
    }
}
