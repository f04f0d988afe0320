package com.tracemem.delivery;

/**
 * An agent's text as a human may be shown it. The agent may be hostile: characters that are invisible or turn the
 * reading direction around would let a text look like another one.
 */
public final class ShownText {
    private ShownText() {}

    /** Without control characters (line feeds and tabs stay), bidirectional overrides and invisible format characters. */
    public static String clean(String text) {
        int length = text.length();
        for (int i = 0; i < length; ) {
            int point = text.codePointAt(i);
            if (!isShown(point)) {
                return filtered(text, i);
            }
            i += Character.charCount(point);
        }
        return text;
    }

    private static String filtered(String text, int from) {
        StringBuilder kept = new StringBuilder(text.length()).append(text, 0, from);
        text.substring(from).codePoints().filter(ShownText::isShown).forEach(kept::appendCodePoint);
        return kept.toString();
    }

    private static boolean isShown(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL -> point == '\n' || point == '\t';
            case Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            // of the format characters only the joiners, which emoji and several scripts need
            case Character.FORMAT -> point == 0x200C || point == 0x200D;
            default -> true;
        };
    }

    /** At most so many characters, the last of them … when something was cut; never half a character. */
    public static String cut(String text, int longest) {
        if (text.codePointCount(0, text.length()) <= longest) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, longest - 1)) + "…";
    }
}
