package com.tracemem.decision;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.tracemem.trace.CanonicalJson;
import com.tracemem.trace.Sha256;
import tools.jackson.databind.JsonNode;

/**
 * What an agent wants a human to allow.
 *
 * @param shown as it is kept and shown: a write with {@code product_version}, and with what its product masks masked
 * @param digest of the very action: for a write {@code mutation_digest} of the one write that it is, values and all, under
 *     this version of the product
 * @param isWrite whether it is a write to a product, which {@code decision_write} carries out
 */
public record ProposedAction(JsonNode shown, Sha256 digest, boolean isWrite) {

    /** Written as JSON; a larger action could not be shown whole to those who approve it. */
    public static final int LARGEST_BYTES = 8 * 1024;

    /**
     * One that is carried out elsewhere; it is kept and shown as it is.
     *
     * @throws IllegalArgumentException when it is too large, with a sentence
     */
    public static ProposedAction elsewhere(JsonNode action) {
        checkSize(action);
        return new ProposedAction(action, CanonicalJson.of(action).digest(), false);
    }

    static void checkSize(JsonNode action) {
        int bytes = action.toString().getBytes(UTF_8).length;
        if (bytes > LARGEST_BYTES) {
            throw new IllegalArgumentException("proposed_action has " + bytes + " bytes, and at most " + LARGEST_BYTES
                    + " can be shown whole to an approver: propose a smaller action, or name what"
                    + " is large by a reference or a digest");
        }
    }
}
