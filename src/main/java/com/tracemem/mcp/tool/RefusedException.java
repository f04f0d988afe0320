package com.tracemem.mcp.tool;

import com.tracemem.trace.Refusal;

/** A call that ends before it reaches the rooms below, mostly because of an argument. Carries no stack trace. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    RefusedException(Refusal.Code code, String sentence) {
        super(sentence, null, false, false);
        this.refusal = new Refusal(code, sentence);
    }

    static RefusedException invalid(String sentence) {
        return new RefusedException(Refusal.Code.INVALID, sentence);
    }

    public Refusal refusal() {
        return refusal;
    }
}
