package com.tracemem.policy;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A message with placeholders: {@code {proposed_discount}} stands for the input's value, <code>{{</code> for a brace. */
final class Template {
    private static final int LONGEST_VALUE = 200;
    /** Of a filled message: it becomes part of every trace and every question to a human. */
    private static final int LONGEST_MESSAGE = 2_000;

    private sealed interface Part {
        record Literal(String text) implements Part {}

        record Input(List<String> path) implements Part {}
    }

    private final List<Part> parts;

    private Template(List<Part> parts) {
        this.parts = parts;
    }

    static Template of(String message, Shape.Fields inputs, String path, Problems problems) {
        List<Part> parts = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        int at = 0;
        while (at < message.length()) {
            char c = message.charAt(at);
            if ((c == '{' || c == '}') && at + 1 < message.length() && message.charAt(at + 1) == c) {
                literal.append(c);
                at += 2;
            } else if (c == '{') {
                int end = message.indexOf('}', at);
                String name = end < 0 ? "" : message.substring(at + 1, end).strip();
                List<String> names = List.of((name.startsWith("inputs.") ? name.substring(7) : name).split("\\.", -1));
                if (end < 0) {
                    problems.add(path, "has a { without }; write {{ for a brace");
                    return new Template(List.of());
                }
                if (!checkName(name, names, inputs, path, problems)) {
                    return new Template(List.of());
                }
                parts.add(new Part.Literal(literal.toString()));
                parts.add(new Part.Input(names));
                literal.setLength(0);
                at = end + 1;
            } else {
                literal.append(c);
                at++;
            }
        }
        parts.add(new Part.Literal(literal.toString()));
        return new Template(parts);
    }

    /** False when it is none, which is in the problems then. */
    private static boolean checkName(
            String name, List<String> names, Shape.Fields inputs, String path, Problems problems) {
        Shape shape = inputs;
        for (String part : names) {
            if (shape instanceof Shape.Fields known) {
                Shape next = known.fields().get(part);
                if (next == null) {
                    Set<String> fields = new TreeSet<>(known.fields().keySet());
                    problems.add(
                            path,
                            "has the placeholder {" + name + "}, which is no input" + Suggestion.of(part, fields));
                    return false;
                }
                shape = next;
            }
        }
        return true;
    }

    String fill(ObjectNode inputs) {
        StringBuilder filled = new StringBuilder();
        for (Part part : parts) {
            if (filled.length() > LONGEST_MESSAGE) {
                break;
            }
            switch (part) {
                case Part.Literal literal -> filled.append(literal.text());
                case Part.Input input -> filled.append(shown(value(inputs, input.path())));
            }
        }
        return Wording.cut(filled.toString(), LONGEST_MESSAGE);
    }

    private static @Nullable JsonNode value(ObjectNode inputs, List<String> path) {
        JsonNode value = inputs;
        for (String name : path) {
            value = value == null ? null : value.get(name);
        }
        return value;
    }

    private static String shown(@Nullable JsonNode value) {
        if (value == null || value.isNull()) {
            return "(not given)";
        }
        String text = value.isString() ? value.stringValue() : value.isNumber() ? number(value) : value.toString();
        return Wording.line(text, LONGEST_VALUE);
    }

    private static String number(JsonNode value) {
        BigDecimal exact = value.decimalValue();
        return (exact.scale() == 0 ? exact : exact.stripTrailingZeros()).toPlainString();
    }
}
