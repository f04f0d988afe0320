package com.tracemem.delivery.webhook;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;
import com.standardwebhooks.exceptions.WebhookSigningException;
import com.tracemem.secret.SecretAccess;
import com.tracemem.secret.SecretValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** Signatures after the Standard Webhooks specification: HMAC-SHA256 over {@code id.timestamp.body}. */
final class WebhookSignature {
    static final String ID = "webhook-id";
    static final String TIMESTAMP = "webhook-timestamp";
    static final String SIGNATURE = "webhook-signature";

    /** How far a sender's clock may differ from ours, in either direction. */
    static final Duration TOLERANCE = Duration.ofMinutes(5);

    private static final String PREFIX = "whsec_";
    private static final int SHORTEST_KEY_BYTES = 24;
    private static final int LONGEST_KEY_BYTES = 64;
    private static final int MOST_SIGNATURES = 16;

    private WebhookSignature() {}

    /** The signature header: one signature for each secret, so that a receiver that knows any of them is served. */
    static String header(List<SecretValue> secrets, String id, Instant timestamp, String body) {
        return secrets.stream()
                .map(secret -> sign(secret, id, timestamp.getEpochSecond(), body))
                .collect(Collectors.joining(" "));
    }

    /**
     * Whether one of the signatures was made with one of the secrets at about this time. What differs is not told.
     *
     * @param timestamp the header as it came
     * @param signatures the header as it came: signatures parted by spaces
     */
    static boolean verifies(
            List<SecretValue> secrets, String id, String timestamp, String signatures, String body, Instant now) {
        long seconds;
        try {
            seconds = Long.parseLong(timestamp);
        } catch (NumberFormatException noTime) {
            return false;
        }
        boolean fresh = seconds >= now.minus(TOLERANCE).getEpochSecond()
                && seconds <= now.plus(TOLERANCE).getEpochSecond();
        if (!fresh) {
            return false;
        }
        List<byte[]> given = Arrays.stream(signatures.split(" ", MOST_SIGNATURES + 1))
                .limit(MOST_SIGNATURES)
                .map(signature -> signature.getBytes(StandardCharsets.UTF_8))
                .toList();
        boolean verified = false;
        for (SecretValue secret : secrets) {
            byte[] expected = sign(secret, id, seconds, body).getBytes(StandardCharsets.UTF_8);
            for (byte[] signature : given) {
                verified |= MessageDigest.isEqual(expected, signature);
            }
        }
        return verified;
    }

    /** Whether a text is a secret of this specification: {@code whsec_} and base64 of 24 to 64 bytes. */
    static boolean isSecret(String text) {
        if (!text.startsWith(PREFIX)) {
            return false;
        }
        try {
            int bytes = Base64.getDecoder().decode(text.substring(PREFIX.length())).length;
            return bytes >= SHORTEST_KEY_BYTES && bytes <= LONGEST_KEY_BYTES;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    private static String sign(SecretValue secret, String id, long timestamp, String body) {
        try {
            return new Webhook(secret.reveal(SecretAccess.granted())).sign(id, timestamp, body);
        } catch (EmptyWebhookSecretException | WebhookSigningException impossible) {
            // without the cause: nothing about the secret is to reach a log
            throw new IllegalStateException("A stored webhook secret cannot sign: rotate it");
        }
    }
}
