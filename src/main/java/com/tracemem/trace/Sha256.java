package com.tracemem.trace;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A SHA-256 digest.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record Sha256(String hex) {

    public Sha256 {
        if (hex.length() != 64) {
            throw new IllegalArgumentException("A SHA-256 has 64 hexadecimal digits, not " + hex.length());
        }
    }

    public static Sha256 of(byte[] message) {
        try {
            return ofBytes(MessageDigest.getInstance("SHA-256").digest(message));
        } catch (NoSuchAlgorithmException everyPlatformHasIt) {
            throw new IllegalStateException(everyPlatformHasIt);
        }
    }

    /** Of the text's UTF-8 bytes. */
    public static Sha256 of(String message) {
        return of(message.getBytes(StandardCharsets.UTF_8));
    }

    /** A digest that was computed before, as its 32 bytes. */
    public static Sha256 ofBytes(byte[] digest) {
        return new Sha256(HexFormat.of().formatHex(digest));
    }

    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }
}
