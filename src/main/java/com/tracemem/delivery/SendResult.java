package com.tracemem.delivery;

import com.tracemem.trace.Sha256;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How one attempt went. An {@code error} is a sentence for an administrator, without secrets; a {@code reason} the short
 * form that agents may read in the trace, without hosts, addresses and what the receiver said.
 */
public sealed interface SendResult {

    /**
     * It arrived.
     *
     * @param shownDigest of the message as it was sent
     * @param masked how many secrets were taken out of it
     */
    record Sent(@Nullable String externalRef, Sha256 shownDigest, int masked) implements SendResult {}

    /** It did not arrive, and nothing says that it never will. */
    sealed interface NotSent extends SendResult {
        String error();

        String reason();
    }

    /**
     * Something that may pass: a timeout, a refused connection, an overloaded receiver.
     *
     * @param retryAfter what the receiver asked for
     */
    record Unreachable(
            String error, String reason, @Nullable Duration retryAfter) implements NotSent {}

    /** The integration's settings or credentials are wrong: an administrator has to look. */
    record Misconfigured(String error, String reason) implements NotSent {}

    /** The receiver says that it is gone for good: the integration is disabled. */
    record Gone(String error, String reason) implements NotSent {}

    /** The receiver will never take this one message. */
    record Refused(String error, String reason) implements NotSent {}
}
