package com.tracemem.admin;

import com.tracemem.identity.FieldError;
import com.tracemem.policy.InvalidPolicyException;
import com.tracemem.policy.Policy;
import com.tracemem.policy.PolicyDocument;
import com.tracemem.policy.PolicyDraft;
import com.tracemem.policy.PolicyProblem;
import com.tracemem.policy.PolicyStatus;
import com.tracemem.policy.PolicyVersion;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * A policy's draft or one of its versions.
 *
 * @param version counts the publications, from 1; null for a draft
 * @param hash SHA-256 of the document in canonical JSON (RFC 8785), in hex
 * @param source the text as it was sent
 * @param rollbackOf the older version whose document was published again
 * @param problems what keeps a draft from being published
 * @param warnings what should be looked at, though it keeps nothing from being published; none in a list of versions
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record PolicyResource(
        String policyId,
        @Nullable Integer version,
        String hash,

        @Schema(allowableValues = {"draft", "published", "superseded"})
        String status,

        @Nullable String description,
        JsonNode document,
        String source,
        @Nullable Integer rollbackOf,
        Instant changedAt,
        String changedBy,
        List<FieldError> problems,
        List<FieldError> warnings) {

    /** @param document read from the version's source */
    static PolicyResource of(PolicyVersion version, PolicyDocument document) {
        return new PolicyResource(
                version.policyId(),
                version.version(),
                version.hash().hex(),
                version.status().wireName(),
                document.description(),
                document.json(),
                version.source(),
                version.rollbackOf(),
                version.publishedAt(),
                version.publishedBy(),
                List.of(),
                List.of());
    }

    /** @param document read from the draft's source */
    static PolicyResource of(PolicyDraft draft, PolicyDocument document) {
        return new PolicyResource(
                draft.policyId(),
                null,
                draft.hash().hex(),
                PolicyStatus.DRAFT.wireName(),
                document.description(),
                document.json(),
                draft.source(),
                null,
                draft.savedAt(),
                draft.savedBy(),
                problems(document),
                List.of());
    }

    PolicyResource with(List<FieldError> found) {
        return new PolicyResource(
                policyId,
                version,
                hash,
                status,
                description,
                document,
                source,
                rollbackOf,
                changedAt,
                changedBy,
                problems,
                found);
    }

    private static List<FieldError> problems(PolicyDocument document) {
        try {
            return Policy.of(document).runTests().stream()
                    .filter(result -> !result.passed())
                    .map(result -> new FieldError("tests", result.name() + ": " + result.failure()))
                    .toList();
        } catch (InvalidPolicyException invalid) {
            return errors(invalid.problems());
        }
    }

    /** Each with its place in the text. */
    static List<FieldError> errors(List<PolicyProblem> problems) {
        return problems.stream()
                .map(problem -> new FieldError(
                        problem.field().isEmpty() ? "document" : problem.field(),
                        problem.message()
                                + (problem.line() == null
                                        ? ""
                                        : " (line " + problem.line() + ", column " + problem.column() + ")")))
                .toList();
    }
}
