package com.tracemem.policy;

import dev.cel.common.CelIssue;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Says what CEL found wrong with a condition, at its place in the document, in words that help. */
final class ConditionProblems {
    private static final int LONGEST_REASON = 300;
    private static final int MOST_OF_ONE = 10;
    private static final Pattern UNDECLARED = Pattern.compile("undeclared reference to '([^']*)'.*", Pattern.DOTALL);
    private static final Pattern UNDEFINED = Pattern.compile("undefined field '([^']*)'.*", Pattern.DOTALL);
    private static final Pattern OVERLOAD =
            Pattern.compile("found no matching overload for '([^']*)' applied to '([^']*)'.*", Pattern.DOTALL);
    private static final Pattern OWNER = Pattern.compile("((?:inputs|decision)(?:\\.\\w+)*)$");
    private static final Pattern OWNER_IN_BRACKETS =
            Pattern.compile("^\\(\\s*((?:inputs|decision)(?:\\.\\w+)*)\\.\\w+\\s*\\)");
    private static final List<String> NAMES = List.of("inputs", "decision");

    private final DeclaredTypes types;
    private final Problems problems;

    ConditionProblems(DeclaredTypes types, Problems problems) {
        this.types = types;
        this.problems = problems;
    }

    void report(List<CelIssue> issues, String condition, String path) {
        issues.stream().limit(MOST_OF_ONE).forEach(issue -> report(issue, condition, path));
    }

    private void report(CelIssue issue, String condition, String path) {
        int line = issue.getSourceLocation().getLine();
        int column = issue.getSourceLocation().getColumn();
        String message = explained(issue.getMessage(), condition, line, column);
        if (line < 1) {
            problems.add(path, message);
        } else {
            // CEL counts columns from 0, and points a selection at its dot
            boolean atDot = UNDEFINED.matcher(issue.getMessage()).matches() && charAt(condition, line, column) == '.';
            problems.addWithin(path, condition, line, column + (atDot ? 2 : 1), message);
        }
    }

    private String explained(String message, String condition, int line, int column) {
        Matcher undeclared = UNDECLARED.matcher(message);
        if (undeclared.matches()) {
            String name = undeclared.group(1);
            String suggestion = types.fieldsOf("inputs").contains(name)
                    ? "; did you mean 'inputs." + name + "'?"
                    : Suggestion.of(name, NAMES);
            return "knows no '" + Wording.line(name, LONGEST_REASON) + "'" + suggestion;
        }
        Matcher undefined = UNDEFINED.matcher(message);
        if (undefined.matches()) {
            String name = undefined.group(1);
            String owner = ownerBefore(condition, line, column);
            Set<String> fields = owner == null ? Set.of() : types.fieldsOf(owner);
            return "knows no field '" + Wording.line(name, LONGEST_REASON) + "'"
                    + (owner == null ? "" : " of " + owner)
                    + (fields.isEmpty() ? "" : Suggestion.of(name, fields));
        }
        Matcher overload = OVERLOAD.matcher(message);
        if (overload.matches()) {
            String operator = overload.group(1).replace("_", "").replace("@", "");
            String operands = Wording.line(overload.group(2), LONGEST_REASON);
            boolean mixed = operands.contains("int") && operands.contains("double");
            return "cannot use " + operator + " with " + operands
                    + (mixed ? "; write whole numbers as 2.0 to calculate with decimal ones" : "");
        }
        if (message.contains("recursion limit")) {
            return "is nested deeper than " + Conditions.DEEPEST + " levels; split it into several rules";
        }
        String first = message.lines().findFirst().orElse("").replaceAll(" expecting \\{.*", "");
        return "is not CEL that can be read: " + Wording.line(first.replace("'<EOF>'", "the end"), LONGEST_REASON);
    }

    /** {@code inputs.customer} when the text before the dot at a place says so. */
    private static @Nullable String ownerBefore(String condition, int line, int column) {
        String text = line(condition, line);
        int place = index(text, column);
        Matcher owner = OWNER.matcher(text.substring(0, place));
        if (owner.find()) {
            return owner.group(1);
        }
        // has(inputs.x) is reported at its bracket
        Matcher within = OWNER_IN_BRACKETS.matcher(text.substring(place));
        return within.find() ? within.group(1) : null;
    }

    private static char charAt(String condition, int line, int column) {
        String text = line(condition, line);
        int index = index(text, column);
        return index < text.length() ? text.charAt(index) : ' ';
    }

    /** CEL counts characters of Unicode. */
    private static int index(String text, int column) {
        int characters = text.codePointCount(0, text.length());
        return text.offsetByCodePoints(0, Math.clamp(column, 0, characters));
    }

    private static String line(String condition, int line) {
        return condition.lines().skip(Math.max(line - 1L, 0)).findFirst().orElse("");
    }

    /** A type's name as people say it. */
    static String typeName(String name) {
        return switch (name) {
            case "string" -> "text";
            case "int", "double", "uint" -> "a number";
            case "list" -> "a list";
            case "map" -> "an object";
            case "dyn" -> "a value of unknown type";
            default -> Wording.line(name, LONGEST_REASON);
        };
    }
}
