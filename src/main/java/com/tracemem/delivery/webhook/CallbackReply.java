package com.tracemem.delivery.webhook;

import com.tracemem.approval.Approval;
import com.tracemem.approval.Approver;
import com.tracemem.trace.WireTime;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the sender of a callback is told.
 *
 * @param status of HTTP
 * @param body a problem of RFC 9457 when the status is 400 or more
 * @param retryAfterSeconds after which the same message may be sent again; 0 without such a time
 */
record CallbackReply(int status, ObjectNode body, int retryAfterSeconds) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    static CallbackReply taken(Approval approval) {
        ObjectNode body = JSON.createObjectNode();
        body.put("approval_id", approval.approvalId());
        body.put("status", approval.status().wireName());
        return new CallbackReply(200, body, 0);
    }

    /** Over already: says how it ended, and of an answer by whom and when. */
    static CallbackReply tooLate(Approval winner) {
        CallbackReply reply = switch (winner.status()) {
            case EXPIRED ->
                problem(
                        409,
                        "Expired",
                        "Nobody answered the approval in time, so it expired: nothing was changed. The agent has to ask again");
            case CANCELLED ->
                problem(
                        409,
                        "Withdrawn",
                        "The agent ended its decision before anybody answered the approval: there is nothing left to answer");
            case PENDING, APPROVED, REJECTED ->
                problem(
                        409,
                        "Already answered",
                        "The approval is %s already: nothing was changed"
                                .formatted(winner.status().wireName()));
        };
        ObjectNode body = reply.body();
        body.put("approval_id", winner.approvalId());
        ObjectNode won = body.putObject("winner");
        won.put("status", winner.status().wireName());
        Approver approver = winner.approver();
        if (approver != null) {
            won.set("approver", approver.toJson());
        }
        if (winner.rationale() != null) {
            won.put("rationale", winner.rationale());
        }
        if (winner.resolvedAt() != null) {
            won.put("resolved_at", WireTime.format(winner.resolvedAt()));
        }
        return reply;
    }

    static CallbackReply problem(int status, String title, String detail) {
        ObjectNode body = JSON.createObjectNode();
        body.put("title", title);
        body.put("status", status);
        body.put("detail", detail);
        return new CallbackReply(status, body, 0);
    }

    CallbackReply after(int seconds) {
        return new CallbackReply(status, body, seconds);
    }

    boolean isProblem() {
        return status >= 400;
    }
}
