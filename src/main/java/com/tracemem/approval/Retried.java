package com.tracemem.approval;

/** What became of the wish to send a message again. */
public sealed interface Retried {

    /** It is due now, with all its attempts before it again. */
    record Due() implements Retried {}

    /** No such message, or not within this caller's reach. */
    record UnknownDelivery() implements Retried {}

    /** Only what was given up on is sent again; this message is in another state. */
    record NotFailed(DeliveryState state) implements Retried {}

    /** The approval has its outcome: there is nothing left to ask. */
    record NothingToAsk(ApprovalStatus status) implements Retried {}
}
