package com.tracemem.server;

/** The server cannot start; the message is a sentence for the operator that says what to do. */
final class StartFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartFailure(String sentence) {
        super(sentence);
    }
}
