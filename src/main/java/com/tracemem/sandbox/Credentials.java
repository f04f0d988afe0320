package com.tracemem.sandbox;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;

/**
 * The two secrets ({@code whsec_…}) of the webhook integration that points at this sandbox.
 *
 * @param outgoingSecret signs what the product sends here
 * @param incomingSecret signs the answers sent back
 */
public record Credentials(String outgoingSecret, String incomingSecret) {
    public Credentials {
        requireWebhookSecret("outgoing", outgoingSecret);
        requireWebhookSecret("incoming", incomingSecret);
    }

    @Override
    public String toString() {
        return "Credentials[…]";
    }

    static Webhook webhook(String secret) {
        try {
            return new Webhook(secret);
        } catch (EmptyWebhookSecretException empty) {
            throw new IllegalArgumentException("A webhook secret is empty.", empty);
        }
    }

    private static void requireWebhookSecret(String which, String secret) {
        try {
            webhook(secret);
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException(
                    "The " + which + " secret is not a webhook secret: 'whsec_' and base64 are expected.");
        }
    }
}
