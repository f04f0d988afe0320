package com.tracemem.product;

/** A source did not answer, or refused. The message is a sentence of ours and never a driver's: those quote values. */
public sealed class SourceUnavailable extends RuntimeException permits SourceChanged {
    private static final long serialVersionUID = 1L;

    public SourceUnavailable(String sentence) {
        super(sentence, null, false, false);
    }

    public String sentence() {
        return String.valueOf(getMessage());
    }
}
