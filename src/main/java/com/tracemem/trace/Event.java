package com.tracemem.trace;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One entry of a tenant's log, read back from its leaf, the exact bytes that were hashed.
 *
 * @param seq position in the tenant's log, from 1, without gaps
 * @param decisionSeq position in the decision's trace, from 1, without gaps
 * @param previousHash hex SHA-256 of the decision's previous leaf; absent for the first
 * @param hash hex SHA-256 of the leaf
 * @param leaf canonical JSON (RFC 8785)
 */
public record Event(
        String tenantId,
        long seq,
        String decisionId,
        int decisionSeq,
        String eventId,
        EventType type,
        Instant time,
        ObjectNode actor,
        ObjectNode payload,
        @Nullable String previousHash,
        String hash,
        String leaf) {

    static Event ofLeaf(byte[] leafBytes, byte[] hash) {
        String leaf = new String(leafBytes, StandardCharsets.UTF_8);
        ObjectNode json = CanonicalJson.parseObject(leaf);
        JsonNode previous = json.required("previous_hash");
        return new Event(
                json.required("tenant_id").stringValue(),
                json.required("seq").longValue(),
                json.required("decision_id").stringValue(),
                json.required("decision_seq").intValue(),
                json.required("event_id").stringValue(),
                EventType.ofWireName(json.required("type").stringValue()),
                Instant.parse(json.required("time").stringValue()),
                (ObjectNode) json.required("actor"),
                (ObjectNode) json.required("payload"),
                previous.isNull() ? null : previous.stringValue(),
                HexFormat.of().formatHex(hash),
                leaf);
    }
}
