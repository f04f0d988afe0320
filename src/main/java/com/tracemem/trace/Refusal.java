package com.tracemem.trace;

/**
 * Why a command was not carried out.
 *
 * @param sentence for the person or agent who asked: what happened, what it means, what to do
 */
public record Refusal(Code code, String sentence) {

    /** What sort of refusal; each door translates it in one place. */
    public enum Code {
        /** It does not exist, or the caller may not know that it does. */
        NOT_FOUND,
        /** The request itself is wrong and stays wrong. */
        INVALID,
        /** It does not fit the state that it met. */
        CONFLICT,
        /** The caller may not do this. */
        PERMISSION_DENIED,
        /** A human has to say yes first. */
        APPROVAL_REQUIRED,
        /** Too much is waiting already; nothing was done. */
        OVERLOADED
    }
}
