package com.tracemem.delivery.webhook;

import com.tracemem.delivery.Integration;
import com.tracemem.delivery.IntegrationView;
import com.tracemem.delivery.Integrations;
import com.tracemem.delivery.Integrations.Draft;
import com.tracemem.delivery.OutboundGuard;
import com.tracemem.identity.FieldError;
import com.tracemem.identity.FieldErrors;
import com.tracemem.identity.InvalidInput;
import com.tracemem.secret.GeneratedSecrets;
import com.tracemem.secret.SecretAccess;
import com.tracemem.secret.SecretValue;
import com.tracemem.trace.Actor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/** Sets up webhook integrations. */
public final class WebhookIntegrations {
    public static final Duration DEFAULT_GRACE = Duration.ofHours(24);
    private static final Duration LONGEST_GRACE = Duration.ofDays(30);
    private static final List<String> SECRETS = List.of(WebhookChannel.OUTGOING_SECRET, WebhookChannel.INCOMING_SECRET);

    private final Integrations integrations;
    private final WebhookUrls urls;

    public WebhookIntegrations(Integrations integrations, OutboundGuard guard) {
        this.integrations = integrations;
        this.urls = new WebhookUrls(guard);
    }

    /**
     * A new integration with its secrets, which are never shown again.
     *
     * @param outgoingSecret signs what is sent
     * @param incomingSecret signs the endpoint's answers
     */
    public record Created(IntegrationView integration, SecretValue outgoingSecret, SecretValue incomingSecret) {}

    /**
     * Makes an integration; it delivers at once.
     *
     * @throws InvalidInput naming everything that is wrong
     */
    public Created create(String tenantId, WebhookInput input) {
        return create(tenantId, input, List.of());
    }

    /**
     * As {@link #create(String, WebhookInput)}.
     *
     * @param wrong what is known to be wrong with the input already; those fields are not looked at again
     */
    public Created create(String tenantId, WebhookInput input, List<FieldError> wrong) {
        FieldErrors errors = new FieldErrors();
        Set<String> known = wrong.stream().map(FieldError::field).collect(Collectors.toSet());
        wrong.forEach(error -> errors.add(error.field(), error.message()));
        if (!known.contains("name")) {
            Integrations.checkName(errors, input.name());
            integrations.checkNameIsFree(errors, tenantId, input.name());
        }
        HttpUrl url = known.contains("url") ? null : urls.check(input.url(), errors);
        WebhookConfig config = check(input, url, null, errors);
        errors.throwIfAny();
        Map<String, SecretValue> secrets = new LinkedHashMap<>();
        SECRETS.forEach(name -> secrets.put(name, GeneratedSecrets.webhook()));
        IntegrationView made = integrations.create(
                tenantId,
                WebhookConfig.TYPE,
                draft(Objects.requireNonNull(input.name()), Objects.requireNonNull(config)),
                secrets);
        return new Created(
                made,
                Objects.requireNonNull(secrets.get(WebhookChannel.OUTGOING_SECRET)),
                Objects.requireNonNull(secrets.get(WebhookChannel.INCOMING_SECRET)));
    }

    /**
     * Changes what the input names.
     *
     * @param by for the record of the status
     * @return empty when the tenant has no such integration
     * @throws InvalidInput naming everything that is wrong
     */
    public Optional<IntegrationView> change(String tenantId, String integrationId, Actor by, WebhookInput input) {
        if (integrations.find(tenantId, integrationId).isEmpty()) {
            return Optional.empty();
        }
        FieldErrors urlErrors = new FieldErrors();
        // asks the network, so before the integration's row is locked
        HttpUrl newUrl = input.url() == null ? null : urls.check(input.url(), urlErrors);
        if (newUrl == null && input.url() != null) {
            checkOthers(input, urlErrors);
            urlErrors.throwIfAny();
        }
        return integrations.change(tenantId, integrationId, by, before -> {
            FieldErrors errors = new FieldErrors();
            String name = input.name() == null ? before.name() : input.name();
            Integrations.checkName(errors, name);
            WebhookConfig old = WebhookConfig.read(before.config());
            WebhookConfig config = check(input, newUrl == null ? old.url() : newUrl, old, errors);
            errors.throwIfAny();
            return draft(name, Objects.requireNonNull(config));
        });
    }

    /**
     * Changes secrets; the old ones stay valid for a while, so that the endpoint can be changed meanwhile.
     *
     * @param given new values by name, null for a generated one; empty to generate both
     * @param gracePeriod up to 30 days; zero ends the old secrets at once
     * @return the new secrets by name, which are never shown again; empty when the tenant has no such integration
     * @throws InvalidInput naming everything that is wrong
     */
    public Optional<Map<String, SecretValue>> rotate(
            String tenantId, String integrationId, Map<String, @Nullable String> given, Duration gracePeriod) {
        FieldErrors errors = new FieldErrors();
        errors.addIf(
                gracePeriod.isNegative() || gracePeriod.compareTo(LONGEST_GRACE) > 0,
                "grace_seconds",
                "is %d; give 0 to %d".formatted(gracePeriod.toSeconds(), LONGEST_GRACE.toSeconds()));
        Map<String, SecretValue> fresh = new LinkedHashMap<>();
        Map<String, @Nullable String> wanted = new LinkedHashMap<>(given);
        if (wanted.isEmpty()) {
            SECRETS.forEach(name -> wanted.put(name, null));
        }
        wanted.forEach((name, value) -> {
            if (!SECRETS.contains(name)) {
                errors.add(name, "is not known; a webhook has " + String.join(" and ", SECRETS));
            } else if (value == null) {
                fresh.put(name, GeneratedSecrets.webhook());
            } else if (WebhookSignature.isSecret(value)) {
                fresh.put(name, SecretValue.of(value));
            } else {
                errors.add(
                        name, "is no webhook secret: give whsec_ and base64 of 24 to 64 random bytes, or leave it out");
            }
        });
        errors.throwIfAny();
        boolean found = integrations.rotate(tenantId, integrationId, gracePeriod, (integration, valid) -> {
            refuseSharedSecret(integration, valid, fresh);
            return fresh;
        });
        return found ? Optional.of(fresh) : Optional.empty();
    }

    /** An event of ours that is sent back to us must never count as an answer. */
    private static void refuseSharedSecret(
            Integration integration, Map<String, List<SecretValue>> valid, Map<String, SecretValue> fresh) {
        fresh.forEach((name, value) -> SECRETS.stream()
                .filter(other -> !other.equals(name))
                .forEach(other -> {
                    List<SecretValue> others = new ArrayList<>(valid.getOrDefault(other, List.of()));
                    Optional.ofNullable(fresh.get(other)).ifPresent(others::add);
                    if (others.contains(value)) {
                        throw InvalidInput.of(
                                name, "is the %s of %s too; give each its own".formatted(other, integration.name()));
                    }
                }));
    }

    /** What the rotation door shows, once. */
    public static Map<String, String> reveal(Map<String, SecretValue> secrets) {
        Map<String, String> shown = new LinkedHashMap<>();
        secrets.forEach((name, value) -> shown.put(name, value.reveal(SecretAccess.granted())));
        return shown;
    }

    private static Draft draft(String name, WebhookConfig config) {
        return new Draft(name, config.toJson(), WebhookEvent.carries(config.events()));
    }

    /** What else is wrong, when the URL is: an administrator is told everything at once. */
    private static void checkOthers(WebhookInput input, FieldErrors errors) {
        if (input.name() != null) {
            Integrations.checkName(errors, input.name());
        }
        WebhookConfig ignored = check(input, null, null, errors);
    }

    /**
     * @param url null when it is wrong
     * @param before what stays where the input names nothing; null for a new integration
     */
    private static @Nullable WebhookConfig check(
            WebhookInput input, @Nullable HttpUrl url, @Nullable WebhookConfig before, FieldErrors errors) {
        List<WebhookEvent> events = input.events() != null
                ? events(input.events(), errors)
                : before != null ? before.events() : List.of(WebhookEvent.values());
        Duration timeout = input.timeoutMs() != null
                ? Duration.ofMillis(input.timeoutMs())
                : before != null ? before.timeout() : Duration.ofMillis(WebhookConfig.DEFAULT_TIMEOUT_MS);
        int maxRetries = input.maxRetries() != null
                ? input.maxRetries()
                : before != null ? before.maxRetries() : WebhookConfig.DEFAULT_MAX_RETRIES;
        within(
                errors,
                "timeout_ms",
                timeout.toMillis(),
                WebhookConfig.SHORTEST_TIMEOUT_MS,
                WebhookConfig.LONGEST_TIMEOUT_MS);
        within(errors, "max_retries", maxRetries, 0, WebhookConfig.MOST_RETRIES);
        return url == null ? null : new WebhookConfig(url, events, timeout, maxRetries);
    }

    private static void within(FieldErrors errors, String field, long value, int least, int most) {
        errors.addIf(value < least || value > most, field, "is %d; give %d to %d".formatted(value, least, most));
    }

    private static List<WebhookEvent> events(List<String> names, FieldErrors errors) {
        Set<WebhookEvent> events = new LinkedHashSet<>();
        for (int i = 0; i < names.size(); i++) {
            Optional<WebhookEvent> event = WebhookEvent.ofWireName(names.get(i));
            event.ifPresent(events::add);
            errors.addIf(
                    event.isEmpty(),
                    "events[%d]".formatted(i),
                    "is %s; give approval.requested or approval.resolved".formatted(FieldErrors.quote(names.get(i))));
        }
        errors.addIf(names.isEmpty(), "events", "is empty; give approval.requested, approval.resolved or both");
        return List.copyOf(events);
    }
}
