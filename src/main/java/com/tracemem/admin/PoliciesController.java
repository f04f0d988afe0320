package com.tracemem.admin;

import com.tracemem.approval.Routes;
import com.tracemem.identity.FieldError;
import com.tracemem.identity.FieldErrors;
import com.tracemem.identity.InvalidInput;
import com.tracemem.identity.UserPrincipal;
import com.tracemem.policy.Backtests;
import com.tracemem.policy.DecisionFacts;
import com.tracemem.policy.Policies;
import com.tracemem.policy.Policy;
import com.tracemem.policy.PolicyDiff;
import com.tracemem.policy.PolicyDocument;
import com.tracemem.policy.PolicyDraft;
import com.tracemem.policy.PolicyVersion;
import com.tracemem.store.Page;
import com.tracemem.store.PageRequest;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ObjectNode;

/** What agents may do, and when a human has to be asked. */
@RestController
@RequestMapping("/v1/admin/policies")
@Tag(name = "Policies")
final class PoliciesController {
    private static final String DRAFT = "draft";
    /** In a page: each may be of 64 KiB, and is answered as text and as a tree. */
    private static final int MOST_VERSIONS = 20;

    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}");

    private final Policies policies;
    private final Backtests backtests;

    private final Routes routes;

    PoliciesController(Policies policies, Backtests backtests, Routes routes) {
        this.policies = policies;
        this.backtests = backtests;
        this.routes = routes;
    }

    @GetMapping
    @Operation(summary = "List the policies by id")
    Page<PolicySummaryResource> list(
            @AuthenticationPrincipal UserPrincipal user,
            @RequestParam @Nullable String limit,
            @RequestParam @Nullable String cursor) {
        return policies.list(user.tenantId(), Listing.page(limit, cursor)).map(PolicySummaryResource::of);
    }

    @PostMapping(consumes = {MediaType.APPLICATION_JSON_VALUE, "application/yaml", "application/x-yaml", "text/yaml"})
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(summary = "Save a document, in YAML or JSON, as its policy's draft; agents do not see it yet")
    PolicyResource save(@AuthenticationPrincipal UserPrincipal user, @RequestBody byte[] document) {
        String source = text(document);
        PolicyDocument read = read(user, source);
        PolicyDraft draft = policies.saveDraft(user.tenantId(), read, user.userId());
        return resource(user, draft, read);
    }

    @GetMapping("/{id}")
    @Operation(summary = "The published version, or the draft when nothing is published")
    PolicyResource get(@AuthenticationPrincipal UserPrincipal user, @PathVariable String id) {
        return policies.published(user.tenantId(), id)
                .map(version -> warned(user, version))
                .or(() -> policies.draft(user.tenantId(), id).map(draft -> warned(user, draft)))
                .orElseThrow(PoliciesController::unknown);
    }

    @GetMapping("/{id}/draft")
    @Operation(summary = "The draft, with what keeps it from being published")
    PolicyResource draft(@AuthenticationPrincipal UserPrincipal user, @PathVariable String id) {
        return policies.draft(user.tenantId(), id)
                .map(draft -> warned(user, draft))
                .orElseThrow(PoliciesController::noDraft);
    }

    @PostMapping("/{id}/publish")
    @Operation(summary = "Run the draft's tests and make it the policy's newest version; new decisions use it at once")
    PolicyResource publish(@AuthenticationPrincipal UserPrincipal user, @PathVariable String id) {
        return published(user, policies.publish(user.tenantId(), id, user.userId()), noDraft());
    }

    @PostMapping("/{id}/rollback")
    @Operation(summary = "Publish an older version's document as the newest version")
    PolicyResource rollback(
            @AuthenticationPrincipal UserPrincipal user, @PathVariable String id, @RequestBody RollbackInput input) {
        return published(
                user,
                policies.rollback(user.tenantId(), id, input.version(), user.userId()),
                RefusedException.notFound("version of this policy"));
    }

    private PolicyResource published(UserPrincipal user, Policies.Published published, RefusedException nothing) {
        return switch (published) {
            case Policies.Published.Done done -> warned(user, done.version());
            case Policies.Published.Nothing none -> throw nothing;
            case Policies.Published.Overtaken overtaken ->
                throw RefusedException.conflict(
                        "Somebody else published this policy, or saved another draft, at the same moment; look at it first.");
            case Policies.Published.TestsFailed failed ->
                throw new InvalidInput(failed.results().stream()
                        .filter(result -> !result.passed())
                        .map(result -> new FieldError("tests", result.name() + ": " + result.failure()))
                        .toList());
        };
    }

    private PolicyResource warned(UserPrincipal user, PolicyVersion version) {
        PolicyDocument document = read(user, version.source());
        return PolicyResource.of(version, document).with(warnings(user, document));
    }

    private PolicyResource warned(UserPrincipal user, PolicyDraft draft) {
        PolicyDocument document = read(user, draft.source());
        return resource(user, draft, document);
    }

    private PolicyDocument read(UserPrincipal user, String source) {
        return policies.inTurn(user.tenantId(), () -> PolicyDocument.read(source));
    }

    private PolicyResource resource(UserPrincipal user, PolicyDraft draft, PolicyDocument document) {
        return policies.inTurn(user.tenantId(), () -> PolicyResource.of(draft, document))
                .with(warnings(user, document));
    }

    /** A route may be made after the policy that names it; until then, requests over it fail. */
    private List<FieldError> warnings(UserPrincipal user, PolicyDocument document) {
        List<FieldError> unknown = new ArrayList<>();
        document.approvalRoutes().forEach((field, route) -> {
            if (routes.find(user.tenantId(), route).isEmpty()) {
                unknown.add(new FieldError(
                        field,
                        "is '" + route + "', and there is no such approval route; until there is, agents cannot ask for"
                                + " this exception"));
            }
        });
        return unknown;
    }

    @GetMapping("/{id}/versions")
    @Operation(
            summary =
                    "The published versions, the newest first; at most 20 at a time, for each comes with its document")
    Page<PolicyResource> versions(
            @AuthenticationPrincipal UserPrincipal user,
            @PathVariable String id,
            @RequestParam @Nullable String limit,
            @RequestParam @Nullable String cursor) {
        PageRequest wanted = Listing.page(limit, cursor);
        PageRequest page = new PageRequest(Math.min(wanted.limit(), MOST_VERSIONS), wanted.after());
        Page<PolicyResource> versions = policies.versions(user.tenantId(), id, page)
                .map(version -> PolicyResource.of(version, read(user, version.source())));
        if (versions.items().isEmpty() && policies.draft(user.tenantId(), id).isEmpty()) {
            throw unknown();
        }
        return versions;
    }

    @GetMapping("/{id}/versions/{version}")
    @Operation(summary = "One version, as it was published")
    PolicyResource version(
            @AuthenticationPrincipal UserPrincipal user, @PathVariable String id, @PathVariable String version) {
        return numbered(user, id, version)
                .map(found -> PolicyResource.of(found, read(user, found.source())))
                .orElseThrow(() -> RefusedException.notFound("version of this policy"));
    }

    @GetMapping("/{id}/diff")
    @Operation(summary = "What two versions differ in; 'draft' stands for the draft")
    PolicyDiffResource diff(
            @AuthenticationPrincipal UserPrincipal user,
            @PathVariable String id,
            @RequestParam String from,
            @RequestParam String to) {
        return new PolicyDiffResource(
                id,
                from,
                to,
                PolicyDiff.between(document(user, id, from, "from"), document(user, id, to, "to")).stream()
                        .map(PolicyDiffResource.ChangeResource::of)
                        .toList());
    }

    @PostMapping("/{id}/simulate")
    @Operation(summary = "What a version or the draft says about inputs, rule by rule; nothing is recorded")
    SimulationResource simulate(
            @AuthenticationPrincipal UserPrincipal user, @PathVariable String id, @RequestBody SimulationInput input) {
        return policies.inTurn(user.tenantId(), () -> {
            Tried tried = input.draft() ? tried(newestDraft(user, id)) : tried(user, id, input.version());
            return SimulationResource.of(
                    id,
                    tried.version(),
                    tried.policy().hash().hex(),
                    tried.policy().simulate((ObjectNode) input.inputs(), DecisionFacts.of(input.decision())));
        });
    }

    @PostMapping("/{id}/backtest")
    @Operation(
            summary = "How the draft, or a version, would change the outcomes of a period; needs retain_policy_inputs")
    BacktestResource backtest(
            @AuthenticationPrincipal UserPrincipal user, @PathVariable String id, @RequestBody BacktestInput input) {
        Tried tried = policies.inTurn(
                user.tenantId(),
                () -> input.version() == null ? tried(newestDraft(user, id)) : tried(user, id, input.version()));
        return BacktestResource.of(backtests.run(user.tenantId(), tried.policy(), input.from(), input.to()));
    }

    private record Tried(@Nullable Integer version, Policy policy) {}

    private Tried tried(UserPrincipal user, String id, @Nullable Integer version) {
        Optional<PolicyVersion> found = version == null
                ? policies.published(user.tenantId(), id)
                : policies.version(user.tenantId(), id, version);
        if (found.isEmpty() && version == null) {
            return tried(policies.draft(user.tenantId(), id).orElseThrow(PoliciesController::unknown));
        }
        PolicyVersion chosen = found.orElseThrow(() -> RefusedException.notFound("version of this policy"));
        return new Tried(chosen.version(), policies.compiled(chosen));
    }

    private static Tried tried(PolicyDraft draft) {
        return new Tried(null, Policy.of(PolicyDocument.read(draft.source())));
    }

    private PolicyDraft newestDraft(UserPrincipal user, String id) {
        return policies.draft(user.tenantId(), id).orElseThrow(PoliciesController::noDraft);
    }

    private PolicyDocument document(UserPrincipal user, String id, String version, String parameter) {
        String source = version.equals(DRAFT)
                ? policies.draft(user.tenantId(), id).map(PolicyDraft::source).orElse(null)
                : numbered(user, id, version).map(PolicyVersion::source).orElse(null);
        if (source == null) {
            throw InvalidInput.of(
                    parameter,
                    "is %s, which there is not; use the number of a version, or draft"
                            .formatted(FieldErrors.quote(version)));
        }
        return read(user, source);
    }

    private Optional<PolicyVersion> numbered(UserPrincipal user, String id, String version) {
        return NUMBER.matcher(version).matches()
                ? policies.version(user.tenantId(), id, Integer.parseInt(version))
                : Optional.empty();
    }

    private static String text(byte[] document) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(document))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            throw new InvalidInput(List.of(new FieldError("document", "is not UTF-8 text")));
        }
    }

    private static RefusedException unknown() {
        return RefusedException.notFound("policy");
    }

    private static RefusedException noDraft() {
        return RefusedException.notFound("draft of a policy");
    }
}
