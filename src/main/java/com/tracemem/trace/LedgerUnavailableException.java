package com.tracemem.trace;

/** The outcome of a command is not known, because the database stayed away or the server is stopping. */
public final class LedgerUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LedgerUnavailableException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
