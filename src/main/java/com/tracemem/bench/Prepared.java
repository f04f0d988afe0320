package com.tracemem.bench;

/** A whole HTTP request as bytes, in which only one id changes from call to call. */
final class Prepared {
    private static final String SLOT = "@".repeat(Answers.ID_LENGTH);

    private final byte[] bytes;
    private final int slot;

    private Prepared(byte[] bytes) {
        this.bytes = bytes;
        this.slot = Bytes.indexOf(Bytes.of(SLOT), bytes, 0, bytes.length);
    }

    /** A call of an agent's tool. {@code arguments} is JSON; the id goes where {@code $id} stands. */
    static Prepared tool(String host, String agentKey, String tool, String arguments) {
        String body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"" + tool
                + "\",\"arguments\":" + arguments.replace("$id", SLOT) + "}}";
        return new Prepared(Bytes.of("POST /mcp HTTP/1.1\r\nHost: " + host + "\r\nAuthorization: Agent " + agentKey
                + "\r\nContent-Type: application/json\r\nContent-Length: " + Bytes.of(body).length + "\r\n\r\n"
                + body));
    }

    byte[] bytes() {
        return bytes;
    }

    byte[] with(byte[] id) {
        byte[] request = bytes.clone();
        System.arraycopy(id, 0, request, slot, id.length);
        return request;
    }
}
