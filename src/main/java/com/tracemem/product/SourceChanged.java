package com.tracemem.product;

/** A source has no such table or column any more, so that nothing happened. The message is a sentence of ours. */
public final class SourceChanged extends SourceUnavailable {
    private static final long serialVersionUID = 1L;

    public SourceChanged(String sentence) {
        super(sentence);
    }
}
