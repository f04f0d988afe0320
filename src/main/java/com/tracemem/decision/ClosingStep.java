package com.tracemem.decision;

import com.tracemem.trace.Actor;
import com.tracemem.trace.Batch;

/** What another room does, in the same transaction, when an agent closes a decision. */
@FunctionalInterface
public interface ClosingStep {
    void closing(Decision decision, CloseAction action, Actor actor, Batch batch);
}
