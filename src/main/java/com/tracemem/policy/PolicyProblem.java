package com.tracemem.policy;

import org.jspecify.annotations.Nullable;

/**
 * One thing wrong with a policy's text.
 *
 * @param field where in the document: {@code rules[0].when}; empty for the whole of it
 * @param line from 1, in the text as it came; null when it has no place there
 * @param column from 1
 * @param message what is wrong and what would be right
 */
public record PolicyProblem(
        String field, @Nullable Integer line, @Nullable Integer column, String message) {

    /** Field, place and message on one line. */
    public String sentence() {
        String place = line == null ? "" : " (line " + line + ", column " + column + ")";
        return (field.isEmpty() ? "The document" : field) + place + ": " + message;
    }

    @Override
    public String toString() {
        return sentence();
    }
}
