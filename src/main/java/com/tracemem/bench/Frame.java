package com.tracemem.bench;

/** Finds one HTTP/1.1 message in received bytes. Knows lengths and chunks, and nothing else of HTTP. */
final class Frame {
    private static final byte[] LENGTH = {'c', 'o', 'n', 't', 'e', 'n', 't', '-', 'l', 'e', 'n', 'g', 't', 'h', ':'};
    private static final byte[] LAST_CHUNK = {'0', '\r', '\n', '\r', '\n'};

    int bodyStart;
    int end;

    /** Whether a whole message starts at {@code from}; if so, where its body starts and it ends. */
    boolean find(byte[] bytes, int from, int to) {
        int header = headerEnd(bytes, from, to);
        if (header < 0) {
            return false;
        }
        bodyStart = header;
        int length = contentLength(bytes, from, header);
        if (length >= 0) {
            end = header + length;
            return end <= to;
        }
        int last = Bytes.indexOf(LAST_CHUNK, bytes, header, to);
        end = last + LAST_CHUNK.length;
        return last >= 0;
    }

    private static int headerEnd(byte[] bytes, int from, int to) {
        for (int at = from + 3; at < to; at++) {
            if (bytes[at] == '\n' && bytes[at - 1] == '\r' && bytes[at - 2] == '\n') {
                return at + 1;
            }
        }
        return -1;
    }

    private static int contentLength(byte[] bytes, int from, int to) {
        for (int at = from; at < to - LENGTH.length; at++) {
            if (bytes[at] == '\n' && isLengthHeader(bytes, at + 1)) {
                int length = 0;
                for (int digit = at + 1 + LENGTH.length; bytes[digit] != '\r'; digit++) {
                    if (bytes[digit] != ' ') {
                        length = length * 10 + bytes[digit] - '0';
                    }
                }
                return length;
            }
        }
        return -1;
    }

    private static boolean isLengthHeader(byte[] bytes, int at) {
        for (int index = 0; index < LENGTH.length; index++) {
            int lower =
                    bytes[at + index] >= 'A' && bytes[at + index] <= 'Z' ? bytes[at + index] + 32 : bytes[at + index];
            if (lower != LENGTH[index]) {
                return false;
            }
        }
        return true;
    }
}
