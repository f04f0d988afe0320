package com.tracemem.secret;

/** The master key is missing, malformed, unprotected or the wrong one; the message says what to do. */
public final class MasterKeyProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MasterKeyProblem(String sentence) {
        super(sentence);
    }

    public MasterKeyProblem(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
