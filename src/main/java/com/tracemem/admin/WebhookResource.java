package com.tracemem.admin;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.tracemem.delivery.webhook.WebhookIntegrations;
import com.tracemem.secret.SecretAccess;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * A webhook integration that was just made, with its secrets, which no other answer shows.
 *
 * @param webhookId the integration's id
 * @param outgoingSecret signs what is sent to the endpoint
 * @param incomingSecret signs what the endpoint answers
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record WebhookResource(
        String webhookId,
        String outgoingSecret,
        String incomingSecret,
        @JsonUnwrapped IntegrationResource integration) {

    static WebhookResource of(WebhookIntegrations.Created created) {
        return new WebhookResource(
                created.integration().integrationId(),
                created.outgoingSecret().reveal(SecretAccess.granted()),
                created.incomingSecret().reveal(SecretAccess.granted()),
                IntegrationResource.of(created.integration()));
    }

    @Override
    public String toString() {
        return "WebhookResource(" + webhookId + ")";
    }
}
