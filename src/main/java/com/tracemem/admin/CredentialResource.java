package com.tracemem.admin;

import com.tracemem.delivery.webhook.WebhookCredentials;
import com.tracemem.secret.SecretAccess;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * A webhook credential.
 *
 * @param secret only in the answer that made it
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
@Schema(name = "WebhookCredential")
record CredentialResource(
        String credentialId,
        String name,
        @Nullable String secret,
        Instant createdAt,
        @Nullable Instant expiresAt) {

    static CredentialResource of(WebhookCredentials.Credential credential) {
        return of(credential, null);
    }

    static CredentialResource of(WebhookCredentials.Created made) {
        return of(made.credential(), made.secret().reveal(SecretAccess.granted()));
    }

    private static CredentialResource of(WebhookCredentials.Credential credential, @Nullable String secret) {
        return new CredentialResource(
                credential.credentialId(), credential.name(), secret, credential.createdAt(), credential.expiresAt());
    }

    @Override
    public String toString() {
        return "CredentialResource(" + credentialId + ")";
    }
}
