package com.tracemem.admin;

import com.tracemem.delivery.webhook.WebhookCredentials;
import com.tracemem.identity.UserPrincipal;
import com.tracemem.store.Page;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Further secrets that the tenant's callbacks may be signed with. */
@RestController
@RequestMapping("/v1/admin/webhook-credentials")
@Tag(name = "Webhook credentials")
final class WebhookCredentialsController {
    private final WebhookCredentials credentials;

    WebhookCredentialsController(WebhookCredentials credentials) {
        this.credentials = credentials;
    }

    @GetMapping
    @Operation(summary = "List the credentials, newest first, expired ones too; never their secrets")
    Page<CredentialResource> list(
            @AuthenticationPrincipal UserPrincipal user,
            @RequestParam @Nullable String limit,
            @RequestParam @Nullable String cursor) {
        return credentials.list(user.tenantId(), Listing.page(limit, cursor)).map(CredentialResource::of);
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Make a credential that signs answers on every webhook; its secret is shown in this answer only")
    CredentialResource create(@AuthenticationPrincipal UserPrincipal user, @RequestBody CredentialInput input) {
        return CredentialResource.of(
                credentials.create(user.tenantId(), input.name(), input.expiresInSeconds(), user.userId()));
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Delete a credential; what it signs is refused from now on")
    void delete(@AuthenticationPrincipal UserPrincipal user, @PathVariable String id) {
        if (!credentials.delete(user.tenantId(), id)) {
            throw RefusedException.notFound("webhook credential");
        }
    }
}
