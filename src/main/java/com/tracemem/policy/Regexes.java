package com.tracemem.policy;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/**
 * Regular expressions that match in linear time (RE2), and are small enough to be compiled at once. The time that a match
 * takes grows with the text and with the pattern's {@linkplain #size size}.
 */
final class Regexes {
    static final int LONGEST = 256;
    /** Parts of a pattern once its counted repetitions are written out. */
    private static final int LARGEST = 1_000;

    /** A named class of characters, which stands for hundreds of ranges. */
    private static final int OF_A_NAMED_CLASS = 20;

    private static final java.util.regex.Pattern NAMED_CLASS = java.util.regex.Pattern.compile("\\\\[pP]");
    private static final java.util.regex.Pattern CASELESS = java.util.regex.Pattern.compile("\\(\\?[a-zA-Z]*i");
    private static final java.util.regex.Pattern BEYOND_ASCII =
            java.util.regex.Pattern.compile("\\\\[xpP]|[^\\x00-\\x7f]");

    private static final java.util.regex.Pattern COUNT =
            java.util.regex.Pattern.compile("\\{(\\d{1,6})(,(\\d{0,6}))?}");

    private Regexes() {}

    /** What is wrong with a pattern, or null. */
    static @Nullable String problem(String pattern) {
        if (pattern.length() > LONGEST) {
            return "has a pattern of " + pattern.length() + " characters; at most " + LONGEST + " are possible";
        }
        if (size(pattern) > LARGEST) {
            return "has a pattern of more than " + LARGEST + " parts once its repetitions are written out; use smaller"
                    + " counts, or *";
        }
        if (CASELESS.matcher(pattern).find() && BEYOND_ASCII.matcher(pattern).find()) {
            // whole ranges of characters would be gone through one by one
            return "has a pattern with (?i) and characters beyond ASCII; write both cases out";
        }
        try {
            Pattern ignored = Pattern.compile(pattern);
            return null;
        } catch (PatternSyntaxException unreadable) {
            return "has a pattern that RE2 does not know (" + unreadable.getDescription() + "); look-around and back"
                    + " references are not possible";
        }
    }

    /** Of how many parts a pattern is once its counted repetitions are written out. Found without compiling it. */
    static int size(String pattern) {
        Deque<Long> groups = new ArrayDeque<>();
        Matcher count = COUNT.matcher(pattern);
        long group = 0;
        long last = 0;
        for (int at = 0; at < pattern.length(); at++) {
            char c = pattern.charAt(at);
            if (c == '{' && count.region(at, pattern.length()).lookingAt()) {
                String most = count.group(3);
                long times = Long.parseLong(most == null || most.isEmpty() ? count.group(1) : most);
                group = Math.min(group + last * Math.max(times - 1, 0), Integer.MAX_VALUE);
                last = Math.min(last * Math.max(times, 1), Integer.MAX_VALUE);
                at = count.end() - 1;
            } else if (c == '(') {
                groups.push(group);
                group = 0;
            } else if (c == ')' && !groups.isEmpty()) {
                last = group + 1;
                group = Math.min(groups.pop() + last, Integer.MAX_VALUE);
            } else {
                if (c == '\\') {
                    at = endOfEscape(pattern, at);
                } else if (c == '[') {
                    at = endOfClass(pattern, at);
                }
                group++;
                last = 1;
            }
        }
        while (!groups.isEmpty()) {
            group = Math.min(groups.pop() + group, Integer.MAX_VALUE);
        }
        return (int) Math.min(group + OF_A_NAMED_CLASS * namedClasses(pattern), Integer.MAX_VALUE);
    }

    /** Each is made once, however often it is repeated. */
    private static long namedClasses(String pattern) {
        return NAMED_CLASS.matcher(pattern).results().count();
    }

    /** An escaped character, or what is named in braces after x, p and P. */
    private static int endOfEscape(String pattern, int start) {
        boolean braced = start + 2 < pattern.length()
                && "xpP".indexOf(pattern.charAt(start + 1)) >= 0
                && pattern.charAt(start + 2) == '{';
        int end = braced ? pattern.indexOf('}', start + 3) : -1;
        return end < 0 ? start + 1 : end;
    }

    /** A class in brackets is one part; a closing bracket that comes first is a member of it. */
    private static int endOfClass(String pattern, int start) {
        int at = start + 1;
        if (at < pattern.length() && pattern.charAt(at) == '^') {
            at++;
        }
        for (int first = at; at < pattern.length(); at++) {
            char c = pattern.charAt(at);
            if (c == '\\') {
                at++;
            } else if (c == '[' && at + 1 < pattern.length() && pattern.charAt(at + 1) == ':') {
                int end = pattern.indexOf(":]", at + 2);
                at = end < 0 ? at : end + 1;
            } else if (c == ']' && at > first) {
                return at;
            }
        }
        return start;
    }
}
