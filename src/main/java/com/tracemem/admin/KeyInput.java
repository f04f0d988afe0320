package com.tracemem.admin;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A new key of an agent.
 *
 * @param expiresAt when it stops working; left out, never
 */
record KeyInput(@Nullable String name, @Nullable Instant expiresAt) {

    static KeyInput read(Fields fields) {
        return new KeyInput(fields.text("name", AgentPatch.LONGEST_NAME), fields.time("expires_at"));
    }
}
