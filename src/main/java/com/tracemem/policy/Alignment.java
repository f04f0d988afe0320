package com.tracemem.policy;

import com.tracemem.policy.PolicyText.Place;

/**
 * Finds a character of a text value again in the document that the value was read from, however it is written there:
 * folded, in quotation marks, over several lines. Both are gone through together, blanks left out.
 */
final class Alignment {
    private final String source;
    private final Place start;
    private int at;

    private Alignment(String source, Place start) {
        this.source = source;
        this.start = start;
    }

    /**
     * The place of a character of a value.
     *
     * @param start of the value
     * @param line of the character within the value, from 1
     * @param column from 1, in characters of Unicode
     * @return the value's start where the character is not found
     */
    static Place find(String source, Place start, String value, int line, int column) {
        return start.inner() == Place.Inner.UNKNOWN || start.line() == 0
                ? start
                : new Alignment(source, start).find(value, index(value, line, column));
    }

    private Place find(String value, int wanted) {
        at = index(source, start.line(), start.column());
        switch (start.inner()) {
            case SINGLE, DOUBLE -> at++;
            case BLOCK -> at = source.indexOf('\n', at) + 1;
            default -> {
                // begins where the value begins
            }
        }
        int after = at;
        for (int i = 0; i < value.length(); i++) {
            if (Character.isWhitespace(value.charAt(i))) {
                continue;
            }
            while (isBlank()) {
                at++;
            }
            if (i >= wanted) {
                return place(at);
            }
            if (at >= source.length() || next() != value.charAt(i)) {
                return start;
            }
            after = at;
        }
        return place(after);
    }

    /** Whether what comes next stands for a blank, or for nothing; an escape is stepped over to its last character. */
    private boolean isBlank() {
        if (at >= source.length()) {
            return false;
        }
        if (start.inner() == Place.Inner.DOUBLE && source.charAt(at) == '\\' && at + 1 < source.length()) {
            boolean blank = "ntr \n\r\t".indexOf(source.charAt(at + 1)) >= 0;
            at += blank ? 1 : 0;
            return blank;
        }
        return Character.isWhitespace(source.charAt(at));
    }

    private char next() {
        char c = source.charAt(at++);
        if (start.inner() == Place.Inner.SINGLE && c == '\'') {
            at++;
        } else if (start.inner() == Place.Inner.DOUBLE && c == '\\' && at < source.length()) {
            return escaped(source.charAt(at++));
        }
        return c;
    }

    private char escaped(char c) {
        int digits = c == 'u' ? 4 : c == 'x' ? 2 : 0;
        if (digits == 0 || at + digits > source.length()) {
            return c;
        }
        String code = source.substring(at, at + digits);
        at += digits;
        return code.chars().allMatch(digit -> Character.digit(digit, 16) >= 0) ? (char) Integer.parseInt(code, 16) : c;
    }

    private Place place(int index) {
        int line = 1;
        int begin = 0;
        for (int end = source.indexOf('\n'); end >= 0 && end < index; end = source.indexOf('\n', begin)) {
            begin = end + 1;
            line++;
        }
        return new Place(line, source.codePointCount(begin, index) + 1, start.inner());
    }

    private static int index(String text, int line, int column) {
        int begin = 0;
        for (int i = 1; i < line; i++) {
            int end = text.indexOf('\n', begin);
            if (end < 0) {
                return text.length();
            }
            begin = end + 1;
        }
        int left = Math.max(column - 1, 0);
        return text.codePointCount(begin, text.length()) < left ? text.length() : text.offsetByCodePoints(begin, left);
    }
}
