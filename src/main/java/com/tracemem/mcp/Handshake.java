package com.tracemem.mcp;

import com.tracemem.mcp.tool.ServerInfo;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The answer to {@code initialize}: versions, capabilities, and what an agent should know before it starts. */
record Handshake(ServerInfo server) {
    /** Oldest first. */
    static final List<String> VERSIONS = List.of("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25");

    private static final String INSTRUCTIONS = """
            TraceMem governs what you do: you may request, a human or a policy authorises, and every step is kept in a \
            trace that cannot be changed afterwards.

            Work inside a decision. Open one with decision_create, saying what you intend and how far you may go alone \
            (automation_mode), and use its decision_id in every other call. Add what you know and why you want to act with \
            decision_add_context; its summaries are what a human approver reads.

            Data comes in products: products_list and product_get say which you may use and for which purposes; \
            decision_read and decision_write use them. Give each write an idempotency_key. Ask a policy with \
            decision_evaluate before you act; a write that policies or approvals do not allow yet is refused, and the error \
            says what to do.

            When something needs a human's approval, call decision_request_approval with a clear title and message, and with \
            the write as proposed_action. Then \
            wait with decision_get and wait_seconds (up to 55), and call it again until the status is no longer \
            needs_approval: approved means go on; aborted or rejected means that a human said no, so do not act. When \
            approval_status is expired nobody answered, and you may ask again. You can never approve anything yourself.

            Close every decision: decision_close with action commit when you did what you intended, abort when you did \
            not. capabilities_get says what you may use; decision_trace shows what was recorded. An error's data is a \
            sentence that says what to do; calls with an idempotency_key can be repeated safely.
            """;

    /** The result, as JSON. */
    String answer(ObjectNode params) {
        JsonNode wanted = params.get("protocolVersion");
        String version = wanted != null && wanted.isString() && VERSIONS.contains(wanted.stringValue())
                ? wanted.stringValue()
                : VERSIONS.getLast();
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("protocolVersion", version);
        answer.putObject("capabilities").putObject("tools").put("listChanged", false);
        answer.putObject("serverInfo")
                .put("name", server.name())
                .put("title", "TraceMem")
                .put("version", server.version());
        answer.put("instructions", INSTRUCTIONS.strip());
        return answer.toString();
    }
}
