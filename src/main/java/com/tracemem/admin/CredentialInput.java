package com.tracemem.admin;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A new webhook credential.
 *
 * @param expiresIn seconds after which it does not count any more; left out, it does not end by itself
 */
record CredentialInput(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) String name,

        @Schema(minimum = "60", maximum = "315360000") @Nullable
        Integer expiresIn) {
    private static final int SHORTEST = 60;
    private static final int LONGEST = 315_360_000;

    static CredentialInput read(Fields fields) {
        return new CredentialInput(
                fields.requiredText("name", AgentPatch.LONGEST_NAME), fields.integer("expires_in", SHORTEST, LONGEST));
    }

    @Schema(hidden = true)
    @Nullable
    Duration expiresInSeconds() {
        return expiresIn == null ? null : Duration.ofSeconds(expiresIn);
    }
}
