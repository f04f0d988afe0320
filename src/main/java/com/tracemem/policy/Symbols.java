package com.tracemem.policy;

import java.util.Locale;
import java.util.Set;

/**
 * Counts the names, values and operators of a condition without parsing it, so that parsing costs little. Never fewer than
 * there are: from a text on that is written in an unusual way, what is within texts is counted too.
 */
final class Symbols {
    /** What a loop is worth, which the parser writes out as a dozen of expressions. */
    private static final int OF_A_LOOP = 20;

    private static final Set<String> LOOPS = Set.of("all", "exists", "exists_one", "existsOne", "map", "filter");
    /** Before a text in which backslashes mean nothing. */
    private static final Set<String> RAW = Set.of("r", "br");

    private static final String ESCAPED = "abfnrtv\"'\\?`";

    private final String condition;
    private int at;
    /** Whether texts are told apart; no longer after one that may end elsewhere than it seems. */
    private boolean texts = true;

    private Symbols(String condition) {
        this.condition = condition;
    }

    static int count(String condition) {
        return new Symbols(condition).count();
    }

    private int count() {
        int count = 0;
        boolean raw = false;
        while (at < condition.length()) {
            char c = condition.charAt(at);
            if (isOfWord(c)) {
                String word = word();
                count += value(word);
                raw = at < condition.length()
                        && isQuote(condition.charAt(at))
                        && RAW.contains(word.toLowerCase(Locale.ROOT));
            } else if (texts && isQuote(c)) {
                int end = raw ? endOfRaw(c) : endOfText(c);
                texts = end > 0;
                at = texts ? end : at + 1;
                raw = false;
                count++;
            } else if (texts && condition.startsWith("//", at)) {
                int end = condition.indexOf('\n', at);
                at = end < 0 ? condition.length() : end;
            } else {
                count += Character.isWhitespace(c) ? 0 : 1;
                at++;
            }
        }
        return count;
    }

    private String word() {
        int start = at;
        while (at < condition.length() && isOfWord(condition.charAt(at))) {
            at++;
        }
        return condition.substring(start, at);
    }

    private static int value(String word) {
        if (LOOPS.contains(word)) {
            return OF_A_LOOP;
        }
        char first = word.charAt(0);
        // 1u1u1u is three numbers
        return first >= '0' && first <= '9'
                ? 1 + (int) word.chars().filter(Character::isLetter).count()
                : 1;
    }

    private static boolean isQuote(char c) {
        return c == '"' || c == '\'';
    }

    private static boolean isOfWord(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }

    private int endOfRaw(char mark) {
        int end = condition.indexOf(mark, at + 1);
        String within = end < 0 ? "" : condition.substring(at + 1, end);
        return end < 0 || within.isEmpty() || within.chars().anyMatch(c -> c == '\\' || c == '\n' || c == '\r')
                ? -1
                : end + 1;
    }

    /** After the closing quotation mark; -1 where it cannot be told. */
    private int endOfText(char mark) {
        if (condition.startsWith(String.valueOf(mark).repeat(3), at)) {
            return -1;
        }
        for (int end = at + 1; end < condition.length(); end++) {
            char c = condition.charAt(end);
            if (c == mark) {
                return end + 1;
            }
            if (c == '\n' || c == '\r') {
                return -1;
            }
            if (c == '\\') {
                end++;
                if (end == condition.length() || ESCAPED.indexOf(condition.charAt(end)) < 0) {
                    return -1;
                }
            }
        }
        return -1;
    }
}
