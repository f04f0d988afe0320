package com.tracemem.product;

import com.tracemem.identity.FieldErrors;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads an administrator's query as closely as is needed to know that it is one select which, put into parentheses, stays
 * within them. What it cannot be sure of in every dialect it refuses: comments, backslashes, dollar quotes, question marks.
 */
final class SelectText {
    static final int LONGEST = 10_000;

    /** Words that change data or leave the database; a column of such a name has to be quoted. */
    private static final Set<String> REFUSED_WORDS = Set.of(
            "insert",
            "update",
            "delete",
            "merge",
            "truncate",
            "create",
            "alter",
            "drop",
            "grant",
            "revoke",
            "into",
            "outfile",
            "dumpfile",
            "load_file",
            "copy",
            "call",
            "do",
            "execute",
            "prepare",
            "set",
            "lock",
            "vacuum",
            "handler",
            "procedure");

    private final String sql;
    private int depth;
    private String firstWord = "";

    private SelectText(String sql) {
        this.sql = sql;
    }

    /** What is wrong with it; empty when it can be used. */
    static Optional<String> problem(String sql) {
        if (sql.isBlank()) {
            return Optional.of("is empty; give one select");
        }
        if (sql.length() > LONGEST) {
            return Optional.of("has %d characters; give one select of at most %d".formatted(sql.length(), LONGEST));
        }
        return Optional.ofNullable(new SelectText(sql).read());
    }

    private @Nullable String read() {
        int i = 0;
        while (i < sql.length()) {
            char c = sql.charAt(i);
            if (c == '\'' || c == '"' || c == '`') {
                int end = sql.indexOf(c, i + 1);
                if (end < 0) {
                    return "has a quote that does not end; close it";
                }
                if (sql.substring(i, end).indexOf('\\') >= 0) {
                    return "has a backslash within quotes, which databases read differently; write it otherwise";
                }
                i = end + 1;
            } else if (c == '(' || c == ')') {
                depth += c == '(' ? 1 : -1;
                if (depth < 0) {
                    return "has a ')' without its '('; balance the parentheses";
                }
                i++;
            } else if (Character.isLetter(c) || c == '_') {
                int end = i;
                while (end < sql.length() && (Character.isLetterOrDigit(sql.charAt(end)) || sql.charAt(end) == '_')) {
                    end++;
                }
                String word = sql.substring(i, end).toLowerCase(Locale.ROOT);
                if (firstWord.isEmpty()) {
                    firstWord = word;
                }
                if (REFUSED_WORDS.contains(word)) {
                    return "has the word '%s', which is more than reading; if it names a column, put it into quotes"
                            .formatted(word);
                }
                i = end;
            } else if (c == ';' || c == '?' || c == '\\' || c == '$' || c == '#' || c == '{' || c == '}') {
                return "has a '%s' outside quotes; give one select without it".formatted(c);
            } else if (sql.startsWith("--", i) || sql.startsWith("/*", i) || sql.startsWith("*/", i)) {
                return "has a comment; leave it out";
            } else if (Character.isISOControl(c) && c != '\n' && c != '\r' && c != '\t') {
                return "has a control character; leave it out";
            } else {
                i++;
            }
        }
        if (depth != 0) {
            return "has a '(' without its ')'; balance the parentheses";
        }
        if (!firstWord.equals("select") && !firstWord.equals("with")) {
            return "starts with %s; give one select"
                    .formatted(FieldErrors.quote(firstWord.isEmpty() ? sql : firstWord));
        }
        return null;
    }
}
