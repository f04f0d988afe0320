package com.tracemem.store;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * The place in a list after which the next page starts: the last row's sort key, most significant part first. On the
 * wire it is opaque.
 */
public record Cursor(List<String> key) {
    private static final String SEPARATOR = "\u001f";
    private static final int LONGEST = 2000;

    public Cursor {
        key = List.copyOf(key);
        if (key.isEmpty() || key.stream().anyMatch(part -> part.contains(SEPARATOR))) {
            throw new IllegalArgumentException("A sort key has parts, and none holds a control character.");
        }
    }

    public static Cursor of(String... key) {
        return new Cursor(List.of(key));
    }

    public String encode() {
        byte[] bytes = String.join(SEPARATOR, key).getBytes(StandardCharsets.UTF_8);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @param parts how many parts the list's sort key has
     * @throws IllegalArgumentException with a sentence for the caller when this is no cursor of such a list
     */
    public static Cursor decode(String text, int parts) {
        if (text.isEmpty() || text.length() > LONGEST) {
            throw malformed();
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            String joined = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            List<String> key = List.of(joined.split(SEPARATOR, -1));
            if (key.size() != parts || joined.indexOf('\0') >= 0) {
                throw malformed();
            }
            return new Cursor(key);
        } catch (IllegalArgumentException | CharacterCodingException unreadable) {
            throw malformed();
        }
    }

    private static IllegalArgumentException malformed() {
        return new IllegalArgumentException(
                "cursor is not one that this list gave out; use next_cursor of the previous page, or leave it out");
    }
}
