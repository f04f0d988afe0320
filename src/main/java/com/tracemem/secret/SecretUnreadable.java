package com.tracemem.secret;

/** A stored ciphertext that does not open: it was changed, moved, or its master key is gone. */
public final class SecretUnreadable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SecretUnreadable(String sentence) {
        super(sentence);
    }
}
