package com.tracemem.trace;

import java.util.function.Function;

/** What became of a command: done and durable, or refused and without effect. */
public sealed interface Outcome<R> {

    /** It is done, and will still be after a crash. */
    record Done<R>(R value) implements Outcome<R> {}

    /** It was refused. Nothing about the command changed, except that a trace may tell of the refusal. */
    record Refused<R>(Refusal refusal) implements Outcome<R> {}

    static <R> Outcome<R> done(R value) {
        return new Done<>(value);
    }

    static <R> Outcome<R> refused(Refusal.Code code, String sentence) {
        return new Refused<>(new Refusal(code, sentence));
    }

    default <T> Outcome<T> map(Function<R, T> change) {
        return switch (this) {
            case Done<R> done -> new Done<>(change.apply(done.value()));
            case Refused<R> refused -> new Refused<>(refused.refusal());
        };
    }
}
