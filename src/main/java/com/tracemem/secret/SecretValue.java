package com.tracemem.secret;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A secret in plaintext, on its way in or out. It prints as {@code SecretValue(stored)}; a class and not
 * a record, because a record would show its component to everyone, JSON writers among them.
 */
public final class SecretValue {
    private static final int LONGEST = 16_384;

    private final String plaintext;

    private SecretValue(String plaintext) {
        this.plaintext = plaintext;
    }

    /**
     * Takes a secret in.
     *
     * @throws IllegalArgumentException when empty or longer than 16,384 characters
     */
    public static SecretValue of(String plaintext) {
        Objects.requireNonNull(plaintext);
        if (plaintext.isEmpty() || plaintext.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "A secret has %d characters; give 1 to %d".formatted(plaintext.length(), LONGEST));
        }
        return new SecretValue(plaintext);
    }

    /** The plaintext. Whoever asks shows with {@code access} that they mean to. */
    public String reveal(SecretAccess access) {
        Objects.requireNonNull(access);
        return plaintext;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SecretValue that
                && MessageDigest.isEqual(plaintext.getBytes(UTF_8), that.plaintext.getBytes(UTF_8));
    }

    @Override
    public int hashCode() {
        return plaintext.hashCode();
    }

    @Override
    public String toString() {
        return "SecretValue(stored)";
    }
}
