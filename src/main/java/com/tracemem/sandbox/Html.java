package com.tracemem.sandbox;

/** Text that agents wrote, made harmless for a page. */
final class Html {
    private Html() {}

    /** The text escaped for elements and attributes; control and direction-changing characters become visible. */
    static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(character -> append(escaped, character));
        return escaped.toString();
    }

    private static void append(StringBuilder escaped, int character) {
        switch (character) {
            case '&' -> escaped.append("&amp;");
            case '<' -> escaped.append("&lt;");
            case '>' -> escaped.append("&gt;");
            case '"' -> escaped.append("&quot;");
            case '\'' -> escaped.append("&#39;");
            case '\n', '\t' -> escaped.appendCodePoint(character);
            default -> escaped.appendCodePoint(misleads(character) ? '\uFFFD' : character);
        }
    }

    // A bidirectional override can make "reject" read as "approve"; a lone surrogate cannot be sent at all.
    private static boolean misleads(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.SURROGATE -> true;
            case Character.FORMAT -> character != 0x200D && character != 0x200C;
            default -> false;
        };
    }
}
