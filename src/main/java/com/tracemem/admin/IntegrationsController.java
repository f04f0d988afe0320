package com.tracemem.admin;

import com.tracemem.delivery.DeleteOutcome;
import com.tracemem.delivery.IntegrationLifecycle;
import com.tracemem.delivery.IntegrationTransition;
import com.tracemem.delivery.Integrations;
import com.tracemem.delivery.TestReport;
import com.tracemem.delivery.webhook.WebhookIntegrations;
import com.tracemem.identity.UserPrincipal;
import com.tracemem.store.Page;
import com.tracemem.store.PageRequest;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The ways over which people are reached. */
@RestController
@RequestMapping("/v1/admin/integrations")
@Tag(name = "Integrations")
final class IntegrationsController {
    private final Integrations integrations;
    private final IntegrationLifecycle lifecycle;
    private final WebhookIntegrations webhooks;

    IntegrationsController(Integrations integrations, IntegrationLifecycle lifecycle, WebhookIntegrations webhooks) {
        this.lifecycle = lifecycle;
        this.integrations = integrations;
        this.webhooks = webhooks;
    }

    @GetMapping
    @Operation(summary = "List the integrations, newest first")
    Page<IntegrationResource> list(
            @AuthenticationPrincipal UserPrincipal user,
            @RequestParam @Nullable String limit,
            @RequestParam @Nullable String cursor) {
        return integrations.list(user.tenantId(), Listing.page(limit, cursor)).map(IntegrationResource::of);
    }

    @PostMapping("/webhook")
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(summary = "Create a webhook; its two secrets are shown in this answer only")
    WebhookResource create(@AuthenticationPrincipal UserPrincipal user, @RequestBody WebhookDraft draft) {
        return WebhookResource.of(webhooks.create(user.tenantId(), draft.input(), draft.wrong()));
    }

    @GetMapping("/{id}")
    @Operation(summary = "One integration; of its secrets only that they are stored")
    IntegrationResource get(@AuthenticationPrincipal UserPrincipal user, @PathVariable String id) {
        return integrations
                .find(user.tenantId(), id)
                .map(IntegrationResource::of)
                .orElseThrow(IntegrationsController::unknown);
    }

    @PatchMapping("/{id}")
    @Operation(summary = "Change an integration; with other settings it counts as not verified")
    IntegrationResource update(
            @AuthenticationPrincipal UserPrincipal user, @PathVariable String id, @RequestBody WebhookPatch patch) {
        return webhooks.change(user.tenantId(), id, Acting.as(user), patch.input())
                .map(IntegrationResource::of)
                .orElseThrow(IntegrationsController::unknown);
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Delete an integration and its secrets; 409 while a route sends over it")
    void delete(@AuthenticationPrincipal UserPrincipal user, @PathVariable String id) {
        switch (integrations.delete(user.tenantId(), id)) {
            case DeleteOutcome.Deleted() -> {}
            case DeleteOutcome.NotFound() -> throw unknown();
            case DeleteOutcome.InUse(List<String> routes) ->
                throw RefusedException.conflict(
                        "Approval routes send over this integration: %s. Change or delete them first."
                                .formatted(String.join(", ", routes)));
        }
    }

    @PostMapping("/{id}/test")
    @Operation(summary = "Try the integration out, step by step")
    TestReport test(@AuthenticationPrincipal UserPrincipal user, @PathVariable String id) {
        return lifecycle.test(user.tenantId(), id, Acting.as(user)).orElseThrow(IntegrationsController::unknown);
    }

    @PostMapping("/{id}/enable")
    @Operation(summary = "Let messages go out again, the parked ones too")
    IntegrationResource enable(@AuthenticationPrincipal UserPrincipal user, @PathVariable String id) {
        return lifecycle
                .enable(user.tenantId(), id, Acting.as(user))
                .map(IntegrationResource::of)
                .orElseThrow(IntegrationsController::unknown);
    }

    @PostMapping("/{id}/disable")
    @Operation(summary = "Keep messages back until the integration is enabled again")
    IntegrationResource disable(@AuthenticationPrincipal UserPrincipal user, @PathVariable String id) {
        return lifecycle
                .disable(user.tenantId(), id, Acting.as(user))
                .map(IntegrationResource::of)
                .orElseThrow(IntegrationsController::unknown);
    }

    @PostMapping("/{id}/rotate")
    @Operation(summary = "Replace secrets; the old ones stay valid for grace_seconds, the new are shown only here")
    RotationResource rotate(
            @AuthenticationPrincipal UserPrincipal user,
            @PathVariable String id,
            @RequestBody(required = false) @Nullable RotationInput input) {
        RotationInput wanted = input == null ? RotationInput.both() : input;
        return webhooks.rotate(user.tenantId(), id, wanted.given(), wanted.gracePeriod())
                .map(secrets -> RotationResource.of(
                        id, wanted.unknown(WebhookIntegrations.reveal(secrets)), wanted.graceSeconds()))
                .orElseThrow(IntegrationsController::unknown);
    }

    @GetMapping("/{id}/transitions")
    @Operation(summary = "How the status changed, newest first: when, why, by whom")
    Page<IntegrationTransition> transitions(
            @AuthenticationPrincipal UserPrincipal user,
            @PathVariable String id,
            @RequestParam @Nullable String limit,
            @RequestParam @Nullable String cursor) {
        PageRequest page = Listing.page(limit, cursor);
        if (integrations.find(user.tenantId(), id).isEmpty()) {
            throw unknown();
        }
        return lifecycle.transitions(user.tenantId(), id, page);
    }

    private static RefusedException unknown() {
        return RefusedException.notFound("integration");
    }
}
