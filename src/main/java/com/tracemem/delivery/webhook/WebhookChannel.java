package com.tracemem.delivery.webhook;

import com.tracemem.delivery.Channel;
import com.tracemem.delivery.Integration;
import com.tracemem.delivery.SendResult;
import com.tracemem.delivery.Sending;
import com.tracemem.secret.SecretValue;
import com.tracemem.trace.Sha256;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** Carries messages to webhook endpoints. Only an answer from 200 to 299 is a success. */
public final class WebhookChannel implements Channel {
    static final String OUTGOING_SECRET = "outgoing_secret";
    static final String INCOMING_SECRET = "incoming_secret";

    private final WebhookClient client;
    private final Duration longestSend;
    private final String baseUrl;

    /**
     * @param baseUrl where the endpoint's answers can reach this server
     * @param longestSend bounds every exchange, whatever the integration's own timeout
     */
    public WebhookChannel(WebhookClient client, URI baseUrl, Duration longestSend) {
        this.client = client;
        this.longestSend = longestSend;
        this.baseUrl = baseUrl.toString().replaceAll("/+$", "");
    }

    /** Where answers of an integration's endpoint go. */
    String callbackUrl(String integrationId) {
        return baseUrl + WebhookCallbackServlet.PATH + integrationId;
    }

    @Override
    public int maxRetries(Integration integration) {
        return WebhookConfig.of(integration).maxRetries();
    }

    @Override
    public SendResult send(Sending sending) {
        WebhookConfig config = WebhookConfig.of(sending.integration()).within(longestSend);
        List<SecretValue> secrets = sending.credentials().all(OUTGOING_SECRET);
        if (secrets.isEmpty()) {
            return new SendResult.Misconfigured(
                    "The outgoing secret is missing or does not open, so the message cannot be signed: rotate it",
                    "no outgoing secret");
        }
        WebhookBody.Written body =
                WebhookBody.of(sending, callbackUrl(sending.integration().integrationId()));
        try {
            WebhookClient.Reply reply =
                    client.post(config.url(), config.timeout(), sending.claim().deliveryId(), body.json(), secrets);
            return Verdicts.of(reply, Sha256.of(body.json()), body.masked());
        } catch (IOException failure) {
            return Verdicts.of(failure, config);
        }
    }
}
