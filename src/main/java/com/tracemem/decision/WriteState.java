package com.tracemem.decision;

import com.tracemem.trace.Sha256;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A write that was begun.
 *
 * @param writeId the event that tells of its first start; the target knows it by this, so that no two tries of it count
 * @param requestDigest of the call's arguments, to know it again
 * @param attempt the event that tells of its newest start
 * @param approvalId the approval that it needed
 * @param affected rows; null until it is executed
 * @param eventId the event that tells of its end; null until then
 */
record WriteState(
        String writeId,
        @Nullable String idempotencyKey,
        Sha256 requestDigest,
        String productId,
        int productVersion,
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

    /** Whether nobody knows yet what became of it. */
    boolean isOpen() {
        return status == Status.STARTED || status == Status.UNKNOWN;
    }

    WriteState ended(Status how, @Nullable Integer rows, String endEventId) {
        return new WriteState(
                writeId,
                idempotencyKey,
                requestDigest,
                productId,
                productVersion,
                how,
                attempt,
                approvalId,
                rows,
                endEventId);
    }
}
