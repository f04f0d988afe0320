package com.tracemem.approval;

import com.tracemem.trace.Sha256;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How one attempt to deliver ended. An {@code error} is a sentence for an administrator, without secrets; it may name
 * hosts and quote the receiver. A {@code reason} is what the trace says of it, which agents read: {@code HTTP 503},
 * {@code connection refused}.
 */
public sealed interface AttemptResult {

    /**
     * It reached its destination.
     *
     * @param externalRef the channel's own name for what it posted
     * @param shownDigest of the message as it was sent: what the approver was shown
     * @param masked how many secrets were taken out of it before it was sent
     */
    record Delivered(Duration latency, @Nullable String externalRef, Sha256 shownDigest, int masked)
            implements AttemptResult {}

    /** To be tried again. */
    record Retry(String error, String reason, Instant nextAttemptAt, Duration latency) implements AttemptResult {}

    /** Given up on. */
    record Failed(String error, String reason, Duration latency) implements AttemptResult {}

    /**
     * The worker died or stalled past its lease: it may or may not have been sent, so it is sent again.
     *
     * @param givenUp unless that was the last attempt
     */
    record Unknown(boolean givenUp) implements AttemptResult {}
}
