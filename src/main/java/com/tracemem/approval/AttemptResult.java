package com.tracemem.approval;

import com.tracemem.trace.Sha256;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How one attempt to deliver ended. Errors are sentences for an administrator, without secrets. */
public sealed interface AttemptResult {

    /**
     * It reached its destination.
     *
     * @param externalRef the channel's own name for what it posted
     * @param shownDigest of the message as it was sent: what the approver was shown
     */
    record Delivered(Duration latency, @Nullable String externalRef, Sha256 shownDigest) implements AttemptResult {}

    /** To be tried again. */
    record Retry(String error, Instant nextAttemptAt, Duration latency) implements AttemptResult {}

    /** Given up on. */
    record Failed(String error, Duration latency) implements AttemptResult {}

    /** The integration is disabled: kept until it is enabled again. No attempt was made. */
    record Parked() implements AttemptResult {}

    /** Not for this integration. No attempt was made. */
    record NotCarried() implements AttemptResult {}

    /** The worker died or stalled past its lease: it may or may not have been sent, so it is sent again. */
    record Unknown() implements AttemptResult {}
}
