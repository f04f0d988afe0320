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
 */
record CallbackReply(int status, ObjectNode body) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    static CallbackReply taken(Approval approval) {
        ObjectNode body = JSON.createObjectNode();
        body.put("approval_id", approval.approvalId());
        body.put("status", approval.status().wireName());
        return new CallbackReply(200, body);
    }

    /** Answered otherwise before: says how, by whom and when. */
    static CallbackReply tooLate(Approval winner) {
        CallbackReply reply = problem(
                409,
                "Already answered",
                "The approval is %s already: nothing was changed"
                        .formatted(winner.status().wireName()));
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
        return new CallbackReply(status, body);
    }

    boolean isProblem() {
        return status >= 400;
    }
}
