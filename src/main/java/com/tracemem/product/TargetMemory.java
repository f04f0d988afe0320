package com.tracemem.product;

/** Whether a target remembers the writes that it commits, so that it can be asked about them later. */
public sealed interface TargetMemory {

    /**
     * It does.
     *
     * @param name of just this memory: one that was made anew, or is in another database, has another
     */
    record Kept(String name) implements TargetMemory {}

    /** It does not. */
    record None() implements TargetMemory {}

    /** It could not be asked. */
    record Unreachable(String sentence) implements TargetMemory {}
}
