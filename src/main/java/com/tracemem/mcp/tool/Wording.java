package com.tracemem.mcp.tool;

import tools.jackson.databind.JsonNode;

/** Puts what a caller sent into sentences, briefly and harmlessly. */
public final class Wording {
    private static final int LONGEST_SHOWN = 100;

    private Wording() {}

    /** At most 100 characters, without control characters and broken Unicode; ordinary text as it is. */
    public static String shown(String text) {
        StringBuilder shown = new StringBuilder(Math.min(text.length(), LONGEST_SHOWN + 1));
        text.codePoints()
                .limit(LONGEST_SHOWN)
                .map(c -> Character.isISOControl(c) || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)
                        ? '?'
                        : c)
                .forEach(shown::appendCodePoint);
        return shown.length() < text.length() ? shown.append('…').toString() : shown.toString();
    }

    /** What a JSON value is, in words. */
    public static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> "an object";
            case ARRAY -> "an array";
            case STRING -> "a string";
            case NUMBER -> "a number";
            case BOOLEAN -> "true or false";
            case NULL -> "null";
            case MISSING -> "nothing";
            case BINARY, POJO -> "something else";
        };
    }

    /** Whether every surrogate has its other half. */
    public static boolean isWellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }
}
