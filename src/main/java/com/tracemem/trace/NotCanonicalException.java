package com.tracemem.trace;

/** A JSON value that cannot be kept exactly. The message is a sentence for whoever sent it. */
public final class NotCanonicalException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotCanonicalException(String sentence) {
        super(sentence);
    }

    /** The same as the message, never null. */
    public String sentence() {
        return String.valueOf(getMessage());
    }
}
