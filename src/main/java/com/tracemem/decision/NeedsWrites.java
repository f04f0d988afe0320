package com.tracemem.decision;

import org.jspecify.annotations.Nullable;

/** Marks a command that asks about writes of its decision; {@link DecisionRows} reads them then. */
interface NeedsWrites {

    /** The write that is wanted under this key; null for none. Those that are open are read in any case. */
    default @Nullable String wantedKey() {
        return null;
    }

    /** The write that is wanted under this id; null for none. */
    default @Nullable String wantedWriteId() {
        return null;
    }

    /** Whether what humans granted, and what was refused before, is wanted too. */
    default boolean wantsGrants() {
        return false;
    }
}
