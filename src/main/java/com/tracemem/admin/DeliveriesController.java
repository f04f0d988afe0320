package com.tracemem.admin;

import com.tracemem.approval.Deliveries;
import com.tracemem.approval.DeliveryFilter;
import com.tracemem.approval.DeliveryKind;
import com.tracemem.approval.DeliveryState;
import com.tracemem.approval.Retried;
import com.tracemem.delivery.Integrations;
import com.tracemem.identity.UserPrincipal;
import com.tracemem.store.Page;
import com.tracemem.store.PageRequest;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The messages that integrations carry: which arrived, which did not and why, and another try. */
@RestController
@RequestMapping("/v1/admin")
@Tag(name = "Deliveries")
final class DeliveriesController {
    private final Deliveries deliveries;
    private final Integrations integrations;

    DeliveriesController(Deliveries deliveries, Integrations integrations) {
        this.deliveries = deliveries;
        this.integrations = integrations;
    }

    @GetMapping("/integrations/{id}/deliveries")
    @Operation(summary = "An integration's messages, newest first: attempts, outcomes, errors")
    Page<DeliveryResource> list(
            @AuthenticationPrincipal UserPrincipal user,
            @PathVariable String id,
            @RequestParam @Nullable String status,
            @RequestParam @Nullable String kind,
            @RequestParam @Nullable String approval,
            @RequestParam @Nullable String from,
            @RequestParam @Nullable String to,
            @RequestParam @Nullable String limit,
            @RequestParam @Nullable String cursor) {
        Listing listing = new Listing();
        PageRequest page = listing.pageOf(limit, cursor);
        DeliveryFilter filter = new DeliveryFilter(
                listing.choice("status", status, word(DeliveryState.values(), DeliveryState::wireName), STATES),
                listing.choice("kind", kind, word(DeliveryKind.values(), DeliveryKind::wireName), KINDS),
                listing.text("approval", approval),
                listing.time("from", from),
                listing.time("to", to));
        listing.end();
        requireIntegration(user, id);
        return deliveries.list(user.tenantId(), id, filter, page).map(DeliveryResource::of);
    }

    @PostMapping("/integrations/{id}/retry-failed")
    @Operation(summary = "Send again what was given up on, oldest first; more is true when some are left")
    RetriedResource retryFailed(@AuthenticationPrincipal UserPrincipal user, @PathVariable String id) {
        requireIntegration(user, id);
        int retried = deliveries.retryFailed(user.tenantId(), id, Acting.as(user));
        return new RetriedResource(retried, retried == Deliveries.LARGEST_RETRY);
    }

    @PostMapping("/deliveries/{id}/retry")
    @Operation(
            summary = "Send a message again that was given up on; 409 when it was not, or when nothing is left to ask")
    DeliveryResource retry(@AuthenticationPrincipal UserPrincipal user, @PathVariable String id) {
        return switch (deliveries.retry(user.tenantId(), id, Acting.as(user))) {
            case Retried.Due() ->
                deliveries
                        .find(user.tenantId(), id)
                        .map(DeliveryResource::of)
                        .orElseThrow(DeliveriesController::unknown);
            case Retried.UnknownDelivery() -> throw unknown();
            case Retried.NotFailed(DeliveryState state) -> throw RefusedException.conflict(sentence(state));
            case Retried.NothingToAsk(var status) ->
                throw RefusedException.conflict(
                        "The approval is %s already, so there is nothing left to ask; nothing was changed."
                                .formatted(status.wireName()));
        };
    }

    private static String sentence(DeliveryState state) {
        String why = switch (state) {
            case PENDING -> "it waits for its next attempt and goes out by itself";
            case SENDING -> "it is on its way";
            case DELIVERED -> "it was delivered";
            case PARKED -> "its integration is disabled; enable that, and it goes out";
            case CANCELLED -> "nobody needs it any more";
            case FAILED -> "somebody else was faster";
        };
        return "This message is %s: %s. Only what was given up on is sent again by hand."
                .formatted(state.wireName(), why);
    }

    private void requireIntegration(UserPrincipal user, String id) {
        if (integrations.find(user.tenantId(), id).isEmpty()) {
            throw RefusedException.notFound("integration");
        }
    }

    private static final String STATES = words(DeliveryState.values(), DeliveryState::wireName);
    private static final String KINDS = words(DeliveryKind.values(), DeliveryKind::wireName);

    private static <T> String words(T[] values, Function<T, String> name) {
        return Arrays.stream(values).map(name).collect(Collectors.joining(", "));
    }

    private static <T> Function<String, Optional<T>> word(T[] values, Function<T, String> name) {
        return text -> Arrays.stream(values)
                .filter(value -> name.apply(value).equals(text))
                .findFirst();
    }

    private static RefusedException unknown() {
        return RefusedException.notFound("delivery");
    }
}
