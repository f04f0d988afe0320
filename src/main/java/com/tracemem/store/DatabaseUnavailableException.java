package com.tracemem.store;

import org.jspecify.annotations.Nullable;

/**
 * The database cannot be used. The message is a sentence for the operator: what happened, what it means, what to do. It
 * never holds a password.
 */
public class DatabaseUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DatabaseUnavailableException(String sentence) {
        super(sentence);
    }

    public DatabaseUnavailableException(String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
    }
}
