package com.tracemem.approval;

/** Too much is waiting to be written; nothing was done, try again. The message is a sentence for the caller. */
public final class OverloadedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OverloadedException(String sentence) {
        super(sentence);
    }
}
