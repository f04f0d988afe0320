package com.tracemem.approval;

/** What became of an {@link Answer}. */
public sealed interface Answered {

    /** This answer decided. */
    record Recorded(Approval approval) implements Answered {}

    /** The same message, or the same answer of the same human, again: nothing changed, and nothing is wrong. */
    record Repeated(Approval approval) implements Answered {}

    /** Too late: the approval says who won, when and how. */
    record AlreadyResolved(Approval approval) implements Answered {}

    /** No such approval, or not within this caller's reach. */
    record UnknownApproval() implements Answered {}

    /** The route names who may answer, and this human is not among them. */
    record NotAnApprover(String sentence) implements Answered {}

    /** The message's id was used before for another approval; nothing was recorded. */
    record MessageReused(String sentence) implements Answered {}

    record RationaleRequired(String sentence) implements Answered {}
}
