package com.tracemem.decision;

import com.tracemem.store.Ids;
import com.tracemem.trace.Sha256;
import java.time.Duration;
import java.time.Instant;
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

    /** How long a start is left to its node before the target is asked. */
    static final Duration YOUNG = Duration.ofSeconds(5);

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
        return memory != null;
    }

    /**
     * Whether a call without a key, as this one had none, is to find out what became of it, before it asks for another. While
     * it may just be under way it is left alone: such a call is no sign that its answer was lost.
     */
    boolean isFoundOutBy(WriteAttempt call, Instant now) {
        return idempotencyKey == null
                && call.idempotencyKey() == null
                && memory != null
                && isOpen()
                && !isYoung(now)
                && isAskedForBy(call);
    }

    /** Whether a node may be about to reach the target: it would be refused there if the write were given up now. */
    boolean isYoung(Instant now) {
        return status == Status.STARTED && now.isBefore(Ids.madeAt(attempt).plus(YOUNG));
    }

    /** What to do about a write whose end is not known, for the one who asked for it. */
    String howToFindOut() {
        if (memory == null) {
            return "the target keeps no record of it, so that repeating the call finds nothing out; look at the data";
        }
        return idempotencyKey == null
                ? "repeat the very same call, without an idempotency_key, to find out"
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
