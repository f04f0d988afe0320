package com.tracemem.product;

/** Carries the sentence out of the depths of a plan; never leaves this room. */
final class MisfitException extends Exception {
    private static final long serialVersionUID = 1L;

    MisfitException(String sentence) {
        super(sentence, null, false, false);
    }

    String sentence() {
        return String.valueOf(getMessage());
    }
}
