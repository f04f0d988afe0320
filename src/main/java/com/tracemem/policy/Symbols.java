package com.tracemem.policy;

import java.util.Set;

/** Counts the names, values and signs of a condition, without reading what they mean. */
final class Symbols {
    /** What stands for a loop is written out by the parser, which makes about so many of it. */
    private static final int OF_A_LOOP = 20;

    private static final Set<String> LOOPS = Set.of("all", "exists", "exists_one", "map", "filter");

    private Symbols() {}

    /** At least as many as a parser would find, and more for what costs it more. */
    static int count(String condition) {
        int count = 0;
        int at = 0;
        while (at < condition.length()) {
            char c = condition.charAt(at);
            if (isOfWord(c)) {
                int start = at;
                while (at < condition.length() && isOfWord(condition.charAt(at))) {
                    at++;
                }
                count += LOOPS.contains(condition.substring(start, at)) ? OF_A_LOOP : 1;
            } else if (c == '"' || c == '\'') {
                at = endOfText(condition, at, c);
                count++;
            } else {
                count += Character.isWhitespace(c) ? 0 : 1;
                at++;
            }
        }
        return count;
    }

    private static boolean isOfWord(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }

    /** After the closing quotation mark; after the opening one where none closes. */
    private static int endOfText(String condition, int start, char mark) {
        for (int at = start + 1; at < condition.length(); at++) {
            char c = condition.charAt(at);
            if (c == '\\') {
                at++;
            } else if (c == mark) {
                return at + 1;
            } else if (c == '\n') {
                break;
            }
        }
        return start + 1;
    }
}
