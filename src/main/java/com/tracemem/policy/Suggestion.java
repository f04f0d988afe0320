package com.tracemem.policy;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Guesses what somebody meant to write. */
final class Suggestion {
    private static final int LONGEST = 100;
    /** Of steps; among very many names nothing is guessed. */
    private static final int MOST_WORK = 50_000;

    private static final int MOST_NAMES = 20;

    private Suggestion() {}

    /** {@code "; did you mean 'x'?"}, or which names there are, or nothing. */
    static String of(String written, Collection<String> known) {
        return nearest(written, known)
                .map(name -> "; did you mean '" + name + "'?")
                .orElseGet(() -> known.isEmpty()
                        ? ""
                        : "; there " + (known.size() == 1 ? "is " : "are ")
                                + String.join(
                                        ", ",
                                        known.stream()
                                                .sorted()
                                                .limit(MOST_NAMES)
                                                .toList())
                                + (known.size() > MOST_NAMES ? " and others" : ""));
    }

    static Optional<String> nearest(String written, Collection<String> known) {
        if (written.length() > LONGEST) {
            return Optional.empty();
        }
        String lower = written.toLowerCase(Locale.ROOT);
        int work = 0;
        int least = Integer.MAX_VALUE;
        @Nullable String nearest = null;
        for (String name : known) {
            int most = Math.max(name.length() < 4 ? 1 : 2, name.length() / 3);
            if (name.length() > LONGEST || Math.abs(name.length() - lower.length()) > most) {
                continue;
            }
            work += (name.length() + 1) * (lower.length() + 1);
            if (work > MOST_WORK) {
                return Optional.empty();
            }
            int distance = distance(lower, name.toLowerCase(Locale.ROOT));
            boolean nearer = distance < least || (distance == least && nearest != null && name.compareTo(nearest) < 0);
            if (distance <= most && nearer) {
                least = distance;
                nearest = name;
            }
        }
        return Optional.ofNullable(nearest);
    }

    /** Levenshtein's distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
