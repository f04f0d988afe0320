package com.tracemem.mcp;

import com.tracemem.mcp.tool.Wording;
import com.tracemem.trace.Refusal;

/**
 * Every error that an agent can meet, and nowhere else.
 *
 * @param code of JSON-RPC 2.0
 * @param message the code's name
 * @param data a sentence that says what to do
 * @param retryAfterSeconds 0 for no {@code Retry-After}
 */
record RpcError(int httpStatus, int code, String message, String data, int retryAfterSeconds) {

    private static RpcError of(int httpStatus, int code, String message, String data) {
        return new RpcError(httpStatus, code, message, data, 0);
    }

    private static RpcError internal(int httpStatus, String data) {
        return of(httpStatus, -32603, "Internal error", data);
    }

    private static RpcError invalidRequest(int httpStatus, String data) {
        return of(httpStatus, -32600, "Invalid Request", data);
    }

    static RpcError notJson(String where) {
        return of(400, -32700, "Parse error", where);
    }

    static RpcError invalidRequest(String sentence) {
        return invalidRequest(200, sentence);
    }

    static RpcError bodyTooLarge(int limitBytes) {
        return invalidRequest(413, "The request is larger than " + limitBytes + " bytes: send less at once");
    }

    static RpcError tooDeep(int limit) {
        return invalidRequest(400, "The request is nested deeper than " + limit + " levels: send it flatter");
    }

    static RpcError beyondLimits(String where) {
        return invalidRequest(400, where);
    }

    static RpcError methodNotFound(String method) {
        return of(200, -32601, "Method not found", Wording.shown(method));
    }

    static RpcError unknownTool(String name) {
        return of(200, -32602, "Invalid params", "Unknown tool: " + Wording.shown(name));
    }

    static RpcError unauthorized() {
        return internal(401, "Unauthorized");
    }

    static RpcError rateLimited(int seconds) {
        return new RpcError(
                429, -32603, "Internal error", "Rate limit exceeded: retry after " + seconds + " seconds", seconds);
    }

    /** Large requests wait for memory; this one waited long enough. */
    static RpcError crowded(int seconds) {
        return new RpcError(
                429,
                -32603,
                "Internal error",
                "Too many large requests at the same time: retry after " + seconds + " seconds, or send less at once",
                seconds);
    }

    static RpcError fault(String reference) {
        return internal(500, "Unexpected error, reference " + reference);
    }

    static RpcError foreignOrigin(String origin) {
        return invalidRequest(
                403,
                "Origin '" + Wording.shown(origin) + "' is foreign: web pages of other sites may not call this server");
    }

    static RpcError mediaType(String sentence) {
        return invalidRequest(415, sentence);
    }

    static RpcError methodNotAllowed(String method) {
        return invalidRequest(405, Wording.shown(method) + " is not supported here: send requests with POST");
    }

    static RpcError unreadable() {
        return invalidRequest(400, "The request did not arrive whole: send it again");
    }

    /** What the rooms below refuse. */
    static RpcError of(Refusal refusal) {
        return switch (refusal.code()) {
            case INVALID -> invalidRequest(refusal.sentence());
            case NOT_FOUND, CONFLICT, APPROVAL_REQUIRED -> internal(200, refusal.sentence());
            case PERMISSION_DENIED -> internal(403, refusal.sentence());
            case OVERLOADED -> new RpcError(429, -32603, "Internal error", refusal.sentence(), 1);
        };
    }
}
