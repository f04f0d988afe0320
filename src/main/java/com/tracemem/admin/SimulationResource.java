package com.tracemem.admin;

import com.tracemem.identity.FieldError;
import com.tracemem.policy.ApprovalTerms;
import com.tracemem.policy.Evaluated;
import com.tracemem.policy.Evaluation;
import com.tracemem.policy.Simulation;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * What a policy would say; nothing is recorded.
 *
 * @param version null for the draft
 * @param outcome null when the inputs do not fit
 * @param rationale {@code {message, rule, reason?, threshold?, nearest_allowed?}}
 * @param inputs as they were evaluated, with defaults
 * @param errors why the inputs do not fit
 * @param rules every rule in its order, the default last
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record SimulationResource(
        String policyId,
        @Nullable Integer version,
        String hash,

        @Schema(allowableValues = {"allow", "deny", "requires_exception"}) @Nullable
        String outcome,

        @Nullable JsonNode rationale,
        @Nullable JsonNode approval,
        @Nullable JsonNode inputs,
        List<FieldError> errors,
        List<RuleResource> rules) {

    /**
     * What one rule did.
     *
     * @param counts whether it is the rule that decided
     */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record RuleResource(
            String rule,
            String outcome,
            boolean matched,
            @Nullable String error,
            boolean counts) {}

    static SimulationResource of(String policyId, @Nullable Integer version, String hash, Simulation simulation) {
        List<RuleResource> rules = simulation.rules().stream()
                .map(rule -> new RuleResource(
                        rule.rule(), rule.outcome().wireName(), rule.matched(), rule.error(), rule.counts()))
                .toList();
        return switch (simulation.evaluated()) {
            case Evaluated.Unfit unfit ->
                new SimulationResource(policyId, version, hash, null, null, null, null, unfit.errors(), rules);
            case Evaluated.Decided decided -> {
                Evaluation evaluation = decided.evaluation();
                ApprovalTerms approval = evaluation.approval();
                yield new SimulationResource(
                        policyId,
                        version,
                        hash,
                        evaluation.outcome().wireName(),
                        evaluation.rationale(),
                        approval == null ? null : approval.toJson(),
                        evaluation.inputs(),
                        List.of(),
                        rules);
            }
        };
    }
}
