package com.tracemem.identity;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The text of agent keys: {@code tm_}, 8 characters that tell keys apart, {@code _}, and 32 to 64 random
 * ones (43 in new keys, 256 bits), all of 0-9, A-Z and a-z.
 */
final class KeyText {
    private static final String START = "tm_";
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int NAME_LENGTH = 8;
    private static final int PREFIX_LENGTH = START.length() + NAME_LENGTH;
    private static final int RANDOM_LENGTH = 43;
    private static final int SHORTEST = PREFIX_LENGTH + 1 + 32;
    private static final int LONGEST = PREFIX_LENGTH + 1 + 64;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** SHA-256 of a key; four longs, so that comparing and hashing it as a map's key is cheap. */
    record Hash(long first, long second, long third, long fourth) {
        static Hash of(String apiKey) {
            try {
                ByteBuffer digest =
                        ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(apiKey.getBytes(US_ASCII)));
                return new Hash(digest.getLong(), digest.getLong(), digest.getLong(), digest.getLong());
            } catch (NoSuchAlgorithmException impossible) {
                throw new IllegalStateException("This Java has no SHA-256", impossible);
            }
        }

        byte[] bytes() {
            return ByteBuffer.allocate(32)
                    .putLong(first)
                    .putLong(second)
                    .putLong(third)
                    .putLong(fourth)
                    .array();
        }

        @Override
        public String toString() {
            return "Hash(of a key)";
        }
    }

    private KeyText() {}

    static String generate() {
        return START + random(NAME_LENGTH) + "_" + random(RANDOM_LENGTH);
    }

    static String prefix(String apiKey) {
        return apiKey.substring(0, PREFIX_LENGTH);
    }

    /** The hash to look for; empty, at next to no cost, when this cannot be a key. */
    static Optional<Hash> hashIfWellFormed(@Nullable String presented) {
        if (presented == null
                || presented.length() < SHORTEST
                || presented.length() > LONGEST
                || !presented.startsWith(START)
                || presented.charAt(PREFIX_LENGTH) != '_') {
            return Optional.empty();
        }
        for (int i = START.length(); i < presented.length(); i++) {
            if (i != PREFIX_LENGTH && !isOfAlphabet(presented.charAt(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(Hash.of(presented));
    }

    private static boolean isOfAlphabet(char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }

    private static String random(int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }
}
