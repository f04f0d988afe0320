package com.tracemem.admin;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * The secrets that were just made, which no other answer shows; a secret that the caller gave is not shown back.
 *
 * @param graceSeconds for how long the old ones stay valid, in seconds
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record RotationResource(
        String integrationId,
        @Nullable String outgoingSecret,
        @Nullable String incomingSecret,
        int graceSeconds) {

    static RotationResource of(String integrationId, Map<String, String> secrets, int graceSeconds) {
        return new RotationResource(
                integrationId, secrets.get("outgoing_secret"), secrets.get("incoming_secret"), graceSeconds);
    }

    @Override
    public String toString() {
        return "RotationResource(" + integrationId + ")";
    }
}
