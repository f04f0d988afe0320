package com.tracemem.trace;

import org.jspecify.annotations.Nullable;

/**
 * The canonical text of an event.
 *
 * <p>Actor and payload are canonical already, the other values are plain ASCII, and the names below stand in the order
 * of RFC 8785, so writing them one after the other gives the canonical form of the whole.
 *
 * @param hash of the text's UTF-8 bytes
 */
record Leaf(DecisionKey decision, long seq, int decisionSeq, EventType type, String text, Sha256 hash) {

    /** The version of this layout; a change of it is a new number. */
    private static final int FORMAT = 1;

    static Leaf of(
            DecisionKey decision,
            long seq,
            int decisionSeq,
            String eventId,
            NewEvent event,
            String time,
            @Nullable Sha256 previousHash) {
        String previous = previousHash == null ? "null" : '"' + previousHash.hex() + '"';
        String text = "{\"actor\":" + event.actor().text()
                + ",\"decision_id\":\"" + decision.decisionId()
                + "\",\"decision_seq\":" + decisionSeq
                + ",\"event_id\":\"" + eventId
                + "\",\"format\":" + FORMAT
                + ",\"payload\":" + event.payload().text()
                + ",\"previous_hash\":" + previous
                + ",\"seq\":" + seq
                + ",\"tenant_id\":\"" + decision.tenantId()
                + "\",\"time\":\"" + time
                + "\",\"type\":\"" + event.type().wireName()
                + "\"}";
        return new Leaf(decision, seq, decisionSeq, event.type(), text, Sha256.of(text));
    }
}
