package com.tracemem.decision;

import com.tracemem.trace.Sha256;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A write that was begun.
 *
 * @param writeId the event that tells of its first start
 * @param requestDigest of the call's arguments, to know it again
 * @param actionDigest of what it does, in the one form that all forms of it have; null when it was begun before that was kept
 * @param purpose null when it was begun before that was kept
 * @param memory of the target that was to remember the newest start of it by; null when the target remembers nothing
 * @param attempt the event that tells of its newest start
 * @param approvalId the approval that it needed
 * @param affected rows; null until it is executed
 * @param eventId the event that tells of its end; null until then
 */
record WriteState(
        String writeId,
        @Nullable String idempotencyKey,
        Sha256 requestDigest,
        @Nullable Sha256 actionDigest,
        @Nullable String purpose,
        String productId,
        int productVersion,
        @Nullable String memory,
        Status status,
        String attempt,
        @Nullable String approvalId,
        @Nullable Integer affected,
        @Nullable String eventId) {

    /** How far it has come. */
    enum Status {
        /** Begun; it is under way, or the node that did it is gone. */
        STARTED,
        EXECUTED,
        /** Certainly without effect. */
        ROLLED_BACK,
        /** It may have taken effect, and the target could not say. */
        UNKNOWN;

        private final String wireName = name().toLowerCase(Locale.ROOT);

        String wireName() {
            return wireName;
        }

        static Status of(String wireName) {
            return valueOf(wireName.toUpperCase(Locale.ROOT));
        }
    }

    /** By which id the target knows it. Each start has its own, so that one can be given up and the next be made. */
    String targetId() {
        return memory == null ? writeId : attempt;
    }

    /** Whether a call asks for this write, in whichever of its forms. */
    boolean isAskedForBy(WriteAttempt call) {
        return requestDigest.equals(call.requestDigest())
                || (call.fit() instanceof WriteAttempt.Fit.Fits fits
                        && fits.actionDigest().equals(actionDigest)
                        && call.purpose().equals(purpose));
    }

    /**
     * Whether it does, or may do, what a call asks for. What was begun under another version of the product cannot be told
     * apart from the call, so that it counts as the same.
     */
    boolean mayDoTheSameAs(WriteAttempt call) {
        if (requestDigest.equals(call.requestDigest())) {
            return true;
        }
        return call.fit() instanceof WriteAttempt.Fit.Fits fits
                && productId.equals(call.productId())
                && (actionDigest == null
                        || productVersion != fits.planned().product().version()
                        || actionDigest.equals(fits.actionDigest()));
    }

    /** Whether a repeated call can find out what became of it. */
    boolean canBeAskedFor() {
        return memory != null && idempotencyKey != null;
    }

    /** What to do about a write whose end is not known, for the one who asked for it. */
    String howToFindOut() {
        if (memory == null) {
            return "the target keeps no record of it, so that repeating the call finds nothing out; look at the data";
        }
        return idempotencyKey == null
                ? "it has no idempotency_key to find out by; look at the data"
                : "repeat it with its idempotency_key '" + idempotencyKey + "' to find out";
    }

    /** Whether nobody knows yet what became of it. */
    boolean isOpen() {
        return status == Status.STARTED || status == Status.UNKNOWN;
    }

    WriteState ended(Status how, @Nullable Integer rows, String endEventId) {
        return new WriteState(
                writeId,
                idempotencyKey,
                requestDigest,
                actionDigest,
                purpose,
                productId,
                productVersion,
                memory,
                how,
                attempt,
                approvalId,
                rows,
                endEventId);
    }
}
