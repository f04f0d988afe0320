package com.tracemem.admin;

import com.tracemem.approval.Answer;
import com.tracemem.approval.Answered;
import com.tracemem.approval.Approval;
import com.tracemem.approval.ApprovalStatus;
import com.tracemem.approval.ApprovalView;
import com.tracemem.approval.ApprovalViews;
import com.tracemem.approval.Approvals;
import com.tracemem.approval.Approver;
import com.tracemem.approval.Verdict;
import com.tracemem.identity.InvalidInput;
import com.tracemem.identity.UserPrincipal;
import com.tracemem.store.Page;
import com.tracemem.store.PageRequest;
import com.tracemem.trace.WireTime;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What waits for a human, and the human's answer. */
@RestController
@RequestMapping("/v1/approvals")
@Tag(name = "Approvals")
final class ApprovalsController {
    private static final String CHANNEL = "api";
    private static final String STATUSES = "pending, approved, rejected, expired or cancelled";

    private final Approvals approvals;
    private final ApprovalViews views;

    ApprovalsController(Approvals approvals, ApprovalViews views) {
        this.approvals = approvals;
        this.views = views;
    }

    @GetMapping
    @Operation(summary = "List approvals, newest first, with everything an approver needs to see")
    Page<ApprovalResource> list(
            @AuthenticationPrincipal UserPrincipal user,
            @RequestParam @Nullable String status,
            @RequestParam @Nullable String limit,
            @RequestParam @Nullable String cursor) {
        Listing listing = new Listing();
        ApprovalStatus wanted = listing.choice("status", status, ApprovalStatus::ofWireName, STATUSES);
        PageRequest page = listing.pageOf(limit, cursor);
        listing.end();
        Page<Approval> found = approvals.list(user.tenantId(), wanted, page);
        List<ApprovalViews.Key> keys =
                found.items().stream().map(ApprovalsController::key).toList();
        Map<ApprovalViews.Key, ApprovalView> shown = views.views(keys);
        return new Page<>(
                keys.stream()
                        .map(shown::get)
                        .flatMap(Stream::ofNullable)
                        .map(ApprovalResource::of)
                        .toList(),
                found.nextCursor());
    }

    @GetMapping("/{id}")
    @Operation(summary = "One approval, with everything an approver needs to see")
    ApprovalResource get(@AuthenticationPrincipal UserPrincipal user, @PathVariable String id) {
        return views.view(user.tenantId(), id).map(ApprovalResource::of).orElseThrow(ApprovalsController::unknown);
    }

    @PostMapping("/{id}/approve")
    @Operation(summary = "Approve; 409 with the winner when somebody answered otherwise before")
    ApprovalResource approve(
            @AuthenticationPrincipal UserPrincipal user,
            @PathVariable String id,
            @RequestBody(required = false) @Nullable RationaleInput input) {
        return answer(user, id, Verdict.APPROVED, input == null ? RationaleInput.NONE : input);
    }

    @PostMapping("/{id}/reject")
    @Operation(summary = "Reject; 409 with the winner when somebody answered otherwise before")
    ApprovalResource reject(
            @AuthenticationPrincipal UserPrincipal user,
            @PathVariable String id,
            @RequestBody(required = false) @Nullable RationaleInput input) {
        return answer(user, id, Verdict.REJECTED, input == null ? RationaleInput.NONE : input);
    }

    private ApprovalResource answer(UserPrincipal user, String id, Verdict verdict, RationaleInput input) {
        Approver approver = new Approver(
                user.userId(), user.name(), user.email(), user.role().wireName(), CHANNEL);
        Answer answer = new Answer(user.tenantId(), id, verdict, approver, input.rationale(), null);
        return switch (approvals.answer(answer)) {
            case Answered.Recorded(Approval approval) -> shown(approval);
            case Answered.Repeated(Approval approval) -> shown(approval);
            case Answered.AlreadyResolved(Approval winner) ->
                throw new RefusedException(
                        Problem.of(HttpStatus.CONFLICT, sentence(winner)).withApproval(shown(winner)));
            case Answered.UnknownApproval() -> throw unknown();
            case Answered.NotAnApprover(String sentence) -> throw RefusedException.forbidden(sentence);
            case Answered.MessageReused(String sentence) ->
                throw new RefusedException(Problem.of(HttpStatus.CONFLICT, sentence));
            case Answered.RationaleRequired(String sentence) -> throw InvalidInput.of("rationale", sentence);
        };
    }

    private static String sentence(Approval winner) {
        Approver by = winner.approver();
        String who = by == null ? "" : " by " + by.shownName() + " over " + by.channel();
        String when = winner.resolvedAt() == null ? "" : " at " + WireTime.format(winner.resolvedAt());
        return "This approval is %s already%s%s; your answer changed nothing."
                .formatted(winner.status().wireName(), who, when);
    }

    private ApprovalResource shown(Approval approval) {
        return views.view(approval.tenantId(), approval.approvalId())
                .map(ApprovalResource::of)
                .orElseThrow(ApprovalsController::unknown);
    }

    private static ApprovalViews.Key key(Approval approval) {
        return new ApprovalViews.Key(approval.tenantId(), approval.approvalId());
    }

    private static RefusedException unknown() {
        return RefusedException.notFound("approval");
    }
}
