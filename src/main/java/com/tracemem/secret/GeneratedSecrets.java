package com.tracemem.secret;

import java.security.SecureRandom;
import java.util.Base64;

/** Makes new secrets. */
public final class GeneratedSecrets {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int WEBHOOK_BYTES = 32;

    private GeneratedSecrets() {}

    /** A webhook signing secret in the form of the Standard Webhooks specification: {@code whsec_} and base64. */
    public static SecretValue webhook() {
        byte[] bytes = new byte[WEBHOOK_BYTES];
        RANDOM.nextBytes(bytes);
        return SecretValue.of("whsec_" + Base64.getEncoder().encodeToString(bytes));
    }
}
