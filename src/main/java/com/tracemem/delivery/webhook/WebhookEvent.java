package com.tracemem.delivery.webhook;

import com.tracemem.approval.DeliveryKind;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What an endpoint can subscribe to. */
public enum WebhookEvent {
    /** A human is asked, reminded, or asked in place of another. */
    REQUESTED("approval.requested", DeliveryKind.REQUESTED, DeliveryKind.REMINDER, DeliveryKind.ESCALATED),
    /** The approval has its outcome, or was withdrawn. */
    RESOLVED("approval.resolved", DeliveryKind.RESOLVED, DeliveryKind.CANCELLED);

    private final String wireName;

    @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable, which its type does not say
    private final List<DeliveryKind> kinds;

    WebhookEvent(String wireName, DeliveryKind... kinds) {
        this.wireName = wireName;
        this.kinds = List.of(kinds);
    }

    public String wireName() {
        return wireName;
    }

    static Optional<WebhookEvent> ofWireName(String wireName) {
        return Arrays.stream(values())
                .filter(event -> event.wireName.equals(wireName))
                .findFirst();
    }

    static WebhookEvent of(DeliveryKind kind) {
        return Arrays.stream(values())
                .filter(event -> event.kinds.contains(kind))
                .findFirst()
                .orElseThrow();
    }

    static List<DeliveryKind> carries(Collection<WebhookEvent> events) {
        return events.stream().flatMap(event -> event.kinds.stream()).toList();
    }
}
