package com.tracemem.delivery.webhook;

import com.tracemem.delivery.ConnectionTest;
import com.tracemem.delivery.Credentials;
import com.tracemem.delivery.Integration;
import com.tracemem.delivery.SendResult;
import com.tracemem.delivery.TestReport;
import com.tracemem.delivery.TestReport.Step;
import com.tracemem.store.Ids;
import com.tracemem.trace.Sha256;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** A webhook's test button: sends a signed {@code webhook.test} event the way every message goes. */
public final class WebhookTest implements ConnectionTest {
    private static final String NOT_REACHED = "Not tried, since a step before it failed";
    private static final Sha256 NOTHING_SHOWN = Sha256.of("");

    private final WebhookClient client;
    private final Ids ids;
    private final Clock clock;

    public WebhookTest(WebhookClient client, Ids ids, Clock clock) {
        this.client = client;
        this.ids = ids;
        this.clock = clock;
    }

    @Override
    public TestReport run(Integration integration, Credentials credentials) {
        var secrets = credentials.all(WebhookChannel.OUTGOING_SECRET);
        if (secrets.isEmpty() || credentials.all(WebhookChannel.INCOMING_SECRET).isEmpty()) {
            return report(
                    new Step("connectivity", false, NOT_REACHED, 0),
                    new Step("credential", false, "A secret is missing or does not open: rotate both", 0));
        }
        WebhookConfig config = WebhookConfig.of(integration);
        String body = WebhookBody.test(integration.integrationId(), clock.instant());
        long start = System.nanoTime();
        try {
            var reply = client.post(config.url(), config.timeout(), ids.next(Ids.Prefix.MESSAGE), body, secrets);
            return answered(Verdicts.of(reply, NOTHING_SHOWN, 0), reply.status(), millisSince(start));
        } catch (IOException failure) {
            String sentence = switch (Verdicts.of(failure, config)) {
                case SendResult.NotSent notSent -> notSent.error();
                case SendResult.Sent impossible -> "";
            };
            return report(new Step("connectivity", false, sentence, millisSince(start)));
        }
    }

    private static TestReport answered(SendResult result, int status, long millis) {
        Step connectivity = new Step("connectivity", true, "The endpoint was reached and answered", millis);
        return switch (result) {
            case SendResult.Sent sent ->
                report(
                        connectivity,
                        new Step("credential", true, "The event was signed with the outgoing secret and accepted", 0),
                        new Step("delivery", true, "The endpoint took the event", 0),
                        new Step("end_to_end", true, "The endpoint answered " + status, 0));
            case SendResult.NotSent notSent
            when status == 401 || status == 403 ->
                report(connectivity, new Step("credential", false, notSent.error(), 0));
            case SendResult.NotSent notSent ->
                report(
                        connectivity,
                        new Step("credential", true, "The event was signed with the outgoing secret", 0),
                        new Step("delivery", false, notSent.error(), 0));
        };
    }

    private static TestReport report(Step... taken) {
        List<String> names = List.of("connectivity", "credential", "delivery", "end_to_end");
        List<Step> steps = new java.util.ArrayList<>(List.of(taken));
        names.subList(taken.length, names.size()).forEach(name -> steps.add(new Step(name, false, NOT_REACHED, 0)));
        return new TestReport(steps);
    }

    private static long millisSince(long start) {
        return Duration.ofNanos(System.nanoTime() - start).toMillis();
    }
}
