package com.tracemem.mcp;

import tools.jackson.core.io.JsonStringEncoder;

/**
 * What goes back.
 *
 * @param json empty for a notification
 * @param retryAfterSeconds 0 for no {@code Retry-After}
 */
record RpcReply(int httpStatus, String json, int retryAfterSeconds) {
    static final RpcReply ACCEPTED = new RpcReply(202, "", 0);

    /**
     * @param id as JSON
     * @param result as JSON
     */
    static RpcReply result(String id, String result) {
        return new RpcReply(200, "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":" + result + "}", 0);
    }

    /** @param id as JSON */
    static RpcReply error(String id, RpcError error) {
        String json = "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"error\":{\"code\":" + error.code() + ",\"message\":"
                + quoted(error.message()) + ",\"data\":" + quoted(error.data()) + "}}";
        return new RpcReply(error.httpStatus(), json, error.retryAfterSeconds());
    }

    /** Text as a JSON string. */
    static String quoted(String text) {
        StringBuilder json = new StringBuilder(text.length() + text.length() / 8 + 2).append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, json);
        return json.append('"').toString();
    }
}
