package com.tracemem.bench;

/** Checks answers of the server under test: a benchmark of refusals would be fast and worthless. */
final class Answers {
    /** Ids are a prefix and 26 characters. */
    static final int ID_LENGTH = 31;

    private static final byte[] ERROR = Bytes.of("\"error\":");
    private static final int STATUS_AT = 9;
    private static final int SHOWN = 400;

    private Answers() {}

    /** @throws BenchFailure unless the status is 2xx and the body holds no JSON-RPC error */
    static void requireSuccess(String what, byte[] bytes, int start, int bodyStart, int end) {
        if (bytes[start + STATUS_AT] != '2' || Bytes.indexOf(ERROR, bytes, bodyStart, end) >= 0) {
            int statusEnd = Bytes.indexOf(new byte[] {'\r'}, bytes, start, end);
            throw new BenchFailure("The server refused " + what + ": " + Bytes.text(bytes, start, statusEnd) + " "
                    + Bytes.text(bytes, bodyStart, Math.min(end, bodyStart + SHOWN)));
        }
    }

    /** The first id with this prefix in the message. */
    static byte[] id(byte[] prefix, byte[] bytes, int from, int to) {
        int at = Bytes.indexOf(prefix, bytes, from, to);
        if (at < 0 || at + ID_LENGTH > to) {
            throw new BenchFailure("No id that starts with " + Bytes.text(prefix, 0, prefix.length) + " is in: "
                    + Bytes.text(bytes, from, Math.min(to, from + SHOWN)));
        }
        byte[] id = new byte[ID_LENGTH];
        System.arraycopy(bytes, at, id, 0, ID_LENGTH);
        return id;
    }
}
