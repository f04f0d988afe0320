package com.tracemem.policy;

import com.tracemem.trace.Sha256;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A version of a policy as it was published. It never changes.
 *
 * @param version counts the publications, from 1
 * @param hash SHA-256 of the canonical document
 * @param status one of the newest and those before it
 * @param canonical the document in canonical JSON
 * @param source the text as it was sent
 * @param rollbackOf the older version whose document was published again; null for none
 */
public record PolicyVersion(
        String tenantId,
        String policyId,
        int version,
        Sha256 hash,
        PolicyStatus status,
        String canonical,
        String source,
        @Nullable Integer rollbackOf,
        Instant publishedAt,
        String publishedBy) {}
