package com.tracemem.admin;

import com.tracemem.policy.PolicyDiff;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/** What two documents of a policy differ in; no changes when they mean the same. */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record PolicyDiffResource(String policyId, String from, String to, List<ChangeResource> changes) {

    /**
     * One difference.
     *
     * @param field such as {@code rules[standard_cap].when}
     * @param before null when it is new
     * @param after null when it is gone
     */
    record ChangeResource(
            String field,
            @Nullable JsonNode before,
            @Nullable JsonNode after) {
        static ChangeResource of(PolicyDiff.Change change) {
            return new ChangeResource(change.field(), change.before(), change.after());
        }
    }
}
