package com.tracemem.policy;

import com.tracemem.trace.Sha256;
import java.time.Instant;

/** A document that is not published yet; a policy has at most one. */
public record PolicyDraft(
        String tenantId, String policyId, Sha256 hash, String source, Instant savedAt, String savedBy) {}
