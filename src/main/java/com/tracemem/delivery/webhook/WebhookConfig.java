package com.tracemem.delivery.webhook;

import com.tracemem.delivery.Integration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import okhttp3.HttpUrl;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A webhook integration's settings, checked.
 *
 * @param timeout for the whole exchange, from connecting to the answer's last byte
 * @param maxRetries attempts that may follow the first
 */
public record WebhookConfig(HttpUrl url, List<WebhookEvent> events, Duration timeout, int maxRetries) {
    public static final String TYPE = "webhook";
    public static final int DEFAULT_TIMEOUT_MS = 5000;
    public static final int SHORTEST_TIMEOUT_MS = 1000;
    public static final int LONGEST_TIMEOUT_MS = 30_000;
    public static final int DEFAULT_MAX_RETRIES = 3;
    public static final int MOST_RETRIES = 20;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    public WebhookConfig {
        events = List.copyOf(events);
    }

    static WebhookConfig of(Integration integration) {
        return read(integration.config());
    }

    static WebhookConfig read(ObjectNode config) {
        List<WebhookEvent> events = new ArrayList<>();
        config.path("events")
                .forEach(name -> WebhookEvent.ofWireName(name.asString()).ifPresent(events::add));
        return new WebhookConfig(
                HttpUrl.get(config.path("url").asString()),
                events,
                Duration.ofMillis(config.path("timeout_ms").asInt(DEFAULT_TIMEOUT_MS)),
                config.path("max_retries").asInt(DEFAULT_MAX_RETRIES));
    }

    /** The same with a timeout of at most this. */
    WebhookConfig within(Duration longest) {
        return timeout.compareTo(longest) <= 0 ? this : new WebhookConfig(url, events, longest, maxRetries);
    }

    /** {@code {url, events, timeout_ms, max_retries}}. */
    ObjectNode toJson() {
        ObjectNode json = JSON.createObjectNode();
        json.put("url", url.toString());
        ArrayNode names = json.putArray("events");
        events.forEach(event -> names.add(event.wireName()));
        // an int, as it is when it is read back: equal settings are equal objects
        json.put("timeout_ms", Math.toIntExact(timeout.toMillis()));
        json.put("max_retries", maxRetries);
        return json;
    }
}
