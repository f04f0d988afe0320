package com.tracemem.admin;

import com.tracemem.policy.PolicySummary;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/** A policy in a list; its version is null while there is only a draft. */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record PolicySummaryResource(
        String policyId,
        @Nullable Integer version,
        String hash,

        @Schema(allowableValues = {"draft", "published"}) String status,

        boolean hasDraft,
        Instant changedAt) {

    static PolicySummaryResource of(PolicySummary policy) {
        return new PolicySummaryResource(
                policy.policyId(),
                policy.version(),
                policy.hash().hex(),
                policy.status().wireName(),
                policy.hasDraft(),
                policy.changedAt());
    }
}
