package com.tracemem.policy;

import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** What somebody wrote, as it is shown in a sentence: on one line, in its own order, and not too long. */
final class Wording {
    private static final int LONGEST = 80;
    /** What breaks a line, or makes the text around it look like another one. */
    private static final Pattern UNSEEN =
            Pattern.compile("[\\p{Cc}\\u2028\\u2029\\u061C\\u200B-\\u200F\\u202A-\\u202E\\u2060-\\u2069\\uFEFF]");

    private Wording() {}

    static String quote(String text) {
        return "'" + line(text, LONGEST) + "'";
    }

    static String shown(JsonNode value) {
        return line(value.isArray() ? start(value) : value.toString(), LONGEST);
    }

    /** As much of a list as is shown: it may have thousands of values. */
    private static String start(JsonNode list) {
        StringBuilder text = new StringBuilder("[");
        for (JsonNode item : list) {
            if (text.length() > LONGEST) {
                break;
            }
            text.append(text.length() == 1 ? "" : ",").append(item);
        }
        return text.append(']').toString();
    }

    /** Of what kind a value is. */
    static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> "an object";
            case ARRAY -> "a list";
            case STRING -> "text";
            case NUMBER -> "a number";
            case BOOLEAN -> "true or false";
            default -> "empty";
        };
    }

    static String line(String text, int longest) {
        String cut = cut(text, longest);
        for (int at = 0; at < cut.length(); at++) {
            char c = cut.charAt(at);
            if (c < ' ' || c > '~') {
                return UNSEEN.matcher(cut).replaceAll(" ");
            }
        }
        return cut;
    }

    /** Never between the halves of a character. */
    static String cut(String text, int longest) {
        if (text.length() <= longest) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(longest - 1)) ? longest - 1 : longest) + "…";
    }
}
