package com.tracemem.sandbox;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * One approval as the sandbox knows it: the newest request, the resolution if one arrived, and the last answer given
 * here. A value; each change makes a new one.
 *
 * @param messageIds the webhook ids that made this entry, so that a retry changes nothing
 * @param requested the {@code data} of the newest {@code approval.requested}
 * @param resolved the {@code data} of the {@code approval.resolved}
 */
record Entry(
        String approvalId,
        Instant receivedAt,
        List<String> messageIds,
        @Nullable JsonNode requested,
        @Nullable JsonNode resolved,
        @Nullable Reply reply) {

    Entry {
        messageIds = List.copyOf(messageIds);
        // Read back from the file, an absent document is JSON's null.
        requested = requested == null || requested.isNull() ? null : requested;
        resolved = resolved == null || resolved.isNull() ? null : resolved;
    }

    static Entry of(String approvalId, Instant receivedAt) {
        return new Entry(approvalId, receivedAt, List.of(), null, null, null);
    }

    Entry withRequest(String messageId, JsonNode data) {
        return new Entry(approvalId, receivedAt, and(messageId), data, resolved, reply);
    }

    Entry withResolution(String messageId, JsonNode data) {
        return new Entry(approvalId, receivedAt, and(messageId), requested, data, reply);
    }

    Entry withReply(Reply newReply) {
        return new Entry(approvalId, receivedAt, messageIds, requested, resolved, newReply);
    }

    /** The request's data, or a missing node when only the resolution is known. */
    JsonNode request() {
        return requested == null ? MissingNode.getInstance() : requested;
    }

    /** The resolution's data, or a missing node while there is none. */
    JsonNode resolution() {
        return resolved == null ? MissingNode.getInstance() : resolved;
    }

    boolean requiresRationale() {
        return request().path("require_rationale").asBoolean(false);
    }

    /**
     * One of {@code pending, approved, rejected, expired, cancelled}: what the product said last, else our reply;
     * {@code answered} when it refused our reply because there was an answer already.
     */
    String status() {
        if (resolved != null) {
            return resolution().path("status").asString("resolved");
        }
        if (reply != null && reply.succeeded()) {
            return reply.verdict().wireName();
        }
        return reply != null && reply.httpStatus() == 409 ? "answered" : "pending";
    }

    boolean isPending() {
        return status().equals("pending");
    }

    private List<String> and(String messageId) {
        List<String> all = new ArrayList<>(messageIds);
        all.add(messageId);
        return all;
    }
}
