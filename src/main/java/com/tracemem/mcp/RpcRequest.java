package com.tracemem.mcp;

import com.tracemem.mcp.tool.Wording;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A JSON-RPC 2.0 request.
 *
 * @param params empty when there were none
 */
record RpcRequest(String method, ObjectNode params) {
    /** Answers to requests that did not say, or not properly, which they are. */
    static final String NO_ID = "null";

    private static final String NOTIFICATIONS = "notifications/";

    /** @throws RpcException when the message is no request */
    static RpcRequest of(JsonNode message) throws RpcException {
        if (message.isArray()) {
            throw invalid("Batches are not supported: send one request at a time");
        }
        if (!message.isObject()) {
            throw invalid("A request must be an object, not " + Wording.kind(message));
        }
        JsonNode version = message.get("jsonrpc");
        if (version == null || !version.isString() || !version.stringValue().equals("2.0")) {
            throw invalid("jsonrpc must be \"2.0\"");
        }
        JsonNode method = message.get("method");
        if (method == null || method.isNull()) {
            throw invalid("method is required");
        }
        if (!method.isString()) {
            throw invalid("method must be a string, not " + Wording.kind(method));
        }
        RpcRequest request = new RpcRequest(method.stringValue(), params(message.get("params")));
        if (!request.isNotification()) {
            checkId(message.get("id"));
        }
        return request;
    }

    /** The id as JSON text; {@code null} when there is none that can be repeated. */
    static String idOf(JsonNode message) {
        JsonNode id = message.isObject() ? message.get("id") : null;
        return id != null && isId(id) ? id.toString() : NO_ID;
    }

    boolean isNotification() {
        return method.startsWith(NOTIFICATIONS);
    }

    private static ObjectNode params(@Nullable JsonNode params) throws RpcException {
        if (params == null || params.isNull()) {
            return JsonNodeFactory.instance.objectNode();
        }
        if (params instanceof ObjectNode object) {
            return object;
        }
        throw invalid("params must be an object, not " + Wording.kind(params));
    }

    private static void checkId(@Nullable JsonNode id) throws RpcException {
        if (id == null) {
            throw invalid("id is required: give every request a string or a number by which you will know the answer");
        }
        if (!isId(id)) {
            throw invalid(
                    id.isString()
                            ? "id is not well-formed Unicode (a lone surrogate): send valid UTF-8"
                            : "id must be a string or a number, not " + Wording.kind(id));
        }
    }

    private static boolean isId(JsonNode id) {
        return id.isNumber() || (id.isString() && Wording.isWellFormed(id.stringValue()));
    }

    private static RpcException invalid(String sentence) {
        return new RpcException(RpcError.invalidRequest(sentence));
    }
}
