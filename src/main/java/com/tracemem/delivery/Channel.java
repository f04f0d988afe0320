package com.tracemem.delivery;

/** Carries one message to the outside, once. It never decides and never retries. */
@FunctionalInterface
public interface Channel {

    /**
     * Sends the message and says how that went. Blocks on a virtual thread, outside any transaction, for at most 30
     * seconds.
     */
    SendResult send(Sending sending);

    /** How many attempts may follow a message's first; without a bound of the integration's own, until it is of no use. */
    default int maxRetries(Integration integration) {
        return Integer.MAX_VALUE;
    }
}
