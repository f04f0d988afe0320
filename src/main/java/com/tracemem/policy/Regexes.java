package com.tracemem.policy;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/** Regular expressions that match in linear time (RE2), and are small enough to be compiled at once. */
final class Regexes {
    static final int LONGEST = 256;
    /** Of all counted repetitions of a pattern together: each multiplies what it repeats. */
    private static final int LARGEST_REPETITION = 1_000;

    private static final java.util.regex.Pattern COUNT =
            java.util.regex.Pattern.compile("\\{(\\d{1,6})(,(\\d{0,6}))?}");

    private Regexes() {}

    /** What is wrong with a pattern, or null. */
    static @Nullable String problem(String pattern) {
        if (pattern.length() > LONGEST) {
            return "has a pattern of " + pattern.length() + " characters; at most " + LONGEST + " are possible";
        }
        long repetitions = 1;
        Matcher counts = COUNT.matcher(pattern);
        while (counts.find()) {
            String most = counts.group(3);
            long count = Long.parseLong(most == null || most.isEmpty() ? counts.group(1) : most);
            repetitions = Math.min(repetitions * Math.max(count, 1), Integer.MAX_VALUE);
        }
        if (repetitions > LARGEST_REPETITION) {
            return "has a pattern that repeats more than " + LARGEST_REPETITION + " times; use smaller counts, or *";
        }
        try {
            Pattern ignored = Pattern.compile(pattern);
            return null;
        } catch (PatternSyntaxException unreadable) {
            return "has a pattern that RE2 does not know (" + unreadable.getDescription() + "); look-around and back"
                    + " references are not possible";
        }
    }
}
