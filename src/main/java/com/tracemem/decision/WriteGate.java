package com.tracemem.decision;

import com.tracemem.policy.PolicyOutcome;
import com.tracemem.product.Product;
import com.tracemem.trace.Refusal;
import com.tracemem.trace.Sha256;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a write may be carried out now. The reasons against it are looked at in a fixed order, and the first one counts.
 *
 * @param answerable whether the question that the decision waits for can still be answered
 * @param policies what each policy said last when the agent asked it
 * @param grants what humans granted, newest first
 */
record WriteGate(Decision decision, boolean answerable, List<PolicyState> policies, List<Grant> grants) {

    /** What it says. */
    sealed interface Answer {
        /**
         * The write may be made.
         *
         * @param grant the approval that covers it; null when none was needed
         */
        record Open(@Nullable Grant grant) implements Answer {}

        /**
         * It may not.
         *
         * @param exception the product's policy for which a human is to be asked; null for another reason
         */
        record Shut(
                RefusalReason reason,
                Refusal refusal,
                @Nullable Attached exception) implements Answer {}
    }

    Answer answer(WriteAttempt attempt) {
        Optional<Answer.Shut> status = statusRefusal();
        if (status.isPresent()) {
            return status.get();
        }
        return switch (attempt.fit()) {
            case WriteAttempt.Fit.Unfit unfit -> new Answer.Shut(unfit.reason(), unfit.refusal(), null);
            case WriteAttempt.Fit.Fits fits -> answer(fits);
        };
    }

    private Answer answer(WriteAttempt.Fit.Fits fits) {
        Product product = fits.planned().product();
        Optional<Grant> covering = covering(fits.actionDigest());
        return policyRefusal()
                .or(() -> productPolicyRefusal(fits.attached(), covering.orElse(null)))
                .or(() -> approvalRefusal(product))
                .or(() -> bindingRefusal(product, covering.isPresent()))
                .<Answer>map(shut -> shut)
                .orElseGet(() -> new Answer.Open(covering.orElse(null)));
    }

    private Optional<Answer.Shut> statusRefusal() {
        return switch (decision.status()) {
            case COMMITTED, ABORTED ->
                Optional.of(new Answer.Shut(
                        RefusalReason.DECISION_FINAL,
                        new Refusal(
                                Refusal.Code.CONFLICT,
                                "Decision " + decision.decisionId() + " is "
                                        + decision.status().wireName()
                                        + " and writes nothing more: create a new decision to go on"),
                        null));
            case NEEDS_APPROVAL ->
                required(RefusalReason.NEEDS_APPROVAL, CommitGate.waits(decision, answerable, ", then write"));
            case REJECTED ->
                required(
                        RefusalReason.REJECTED,
                        "a human rejected decision " + decision.decisionId() + "; it can only be closed with abort");
            case OPEN, APPROVED -> Optional.empty();
        };
    }

    private Optional<Answer.Shut> policyRefusal() {
        return CommitGate.denied(policies)
                .map(refusal -> new Answer.Shut(RefusalReason.POLICY_DENIED, refusal, null))
                .or(() -> CommitGate.exceptionRequired(policies)
                        .map(refusal -> new Answer.Shut(RefusalReason.EXCEPTION_REQUIRED, refusal, null)));
    }

    /** A policy that requires an exception is content with an approval that was asked for after it was evaluated. */
    private Optional<Answer.Shut> productPolicyRefusal(List<Attached> attached, @Nullable Grant covering) {
        Optional<Attached> denied = attached.stream()
                .filter(said -> said.outcome() == PolicyOutcome.DENY)
                .findFirst();
        if (denied.isPresent()) {
            return denied.map(said -> new Answer.Shut(
                    RefusalReason.PRODUCT_POLICY_DENIED, CommitGate.denied(said.policyId(), said.message()), null));
        }
        return attached.stream()
                .filter(said -> said.outcome() == PolicyOutcome.REQUIRES_EXCEPTION && !isGranted(said, covering))
                .findFirst()
                .map(said -> new Answer.Shut(
                        RefusalReason.PRODUCT_POLICY_EXCEPTION_REQUIRED,
                        CommitGate.exceptionRequired(said.policyId(), said.message()),
                        said));
    }

    /** By the approval of just this write, or by one of the whole decision that was asked for because of this policy. */
    private boolean isGranted(Attached said, @Nullable Grant covering) {
        return covering != null
                && (covering.isBound()
                        || policies.stream()
                                .anyMatch(state ->
                                        state.policyId().equals(said.policyId()) && state.grantedApprovalId() != null));
    }

    private Optional<Answer.Shut> approvalRefusal(Product product) {
        if (decision.grantedApprovalId() != null) {
            return Optional.empty();
        }
        if (decision.automationMode() == AutomationMode.APPROVE) {
            return required(
                    RefusalReason.APPROVAL_REQUIRED,
                    "automation_mode 'approve' writes nothing before a human approved; "
                            + "ask with decision_request_approval");
        }
        return product.requiresApproval()
                ? required(
                        RefusalReason.APPROVAL_REQUIRED,
                        "product '" + product.productId() + "' is not written to before a human approved; "
                                + "ask with decision_request_approval")
                : Optional.empty();
    }

    /** An approval of one action lets that one through, once, and nothing else. */
    private Optional<Answer.Shut> bindingRefusal(Product product, boolean covered) {
        if (covered || grants.isEmpty()) {
            return Optional.empty();
        }
        Grant newest = grants.getFirst();
        return required(
                RefusalReason.NOT_THE_APPROVED_ACTION,
                "approval " + newest.approvalId()
                        + coverage(newest, product)
                        + "; ask for this one with decision_request_approval and proposed_action");
    }

    private static String coverage(Grant grant, Product product) {
        if (grant.isUsed()) {
            return " covered one write, which was made, or was begun and can be repeated with its idempotency_key";
        }
        Integer version = grant.versionOf(product.productId());
        return version == null || version == product.version()
                ? " covers another write than this one"
                : " was given when product '%s' was at version %d; it was redefined since, is at version %d, and what was shown is not what would be written"
                        .formatted(product.productId(), version, product.version());
    }

    /** The approval of just this write, if it was not used yet; else the newest, if it covers the whole decision. */
    private Optional<Grant> covering(Sha256 actionDigest) {
        Optional<Grant> ofThisWrite = grants.stream()
                .filter(grant -> grant.isBound() && !grant.isUsed())
                .filter(grant -> actionDigest.equals(grant.actionDigest()))
                .findFirst();
        return ofThisWrite.or(() -> grants.stream().findFirst().filter(newest -> !newest.isBound()));
    }

    private static Optional<Answer.Shut> required(RefusalReason reason, String why) {
        return Optional.of(new Answer.Shut(reason, CommitGate.approvalRequired(why), null));
    }
}
