package com.tracemem.bench;

import java.nio.charset.StandardCharsets;

/** Searching in received bytes without making strings of them. */
final class Bytes {
    private Bytes() {}

    static byte[] of(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The first place of {@code wanted} that lies wholly between {@code from} and {@code to}, or -1. */
    static int indexOf(byte[] wanted, byte[] bytes, int from, int to) {
        outer:
        for (int at = from; at <= to - wanted.length; at++) {
            for (int index = 0; index < wanted.length; index++) {
                if (bytes[at + index] != wanted[index]) {
                    continue outer;
                }
            }
            return at;
        }
        return -1;
    }

    static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, Math.max(0, to - from), StandardCharsets.UTF_8);
    }
}
