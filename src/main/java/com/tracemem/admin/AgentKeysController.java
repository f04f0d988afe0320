package com.tracemem.admin;

import com.tracemem.identity.AgentKeys;
import com.tracemem.identity.Agents;
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

/** The keys by which an agent proves who it is. */
@RestController
@RequestMapping("/v1/admin/agents/{id}/keys")
@Tag(name = "Agents")
final class AgentKeysController {
    private final Agents agents;
    private final AgentKeys keys;

    AgentKeysController(Agents agents, AgentKeys keys) {
        this.agents = agents;
        this.keys = keys;
    }

    @GetMapping
    @Operation(summary = "List an agent's keys, newest first, revoked and expired ones too")
    Page<KeyResource> list(
            @AuthenticationPrincipal UserPrincipal user,
            @PathVariable String id,
            @RequestParam @Nullable String limit,
            @RequestParam @Nullable String cursor) {
        var page = Listing.page(limit, cursor);
        requireAgent(user, id);
        return keys.list(user.tenantId(), id, page).map(KeyResource::of);
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(summary = "Make a key; api_key is shown in this answer only")
    KeyResource create(
            @AuthenticationPrincipal UserPrincipal user,
            @PathVariable String id,
            @RequestBody(required = false) @Nullable KeyInput input) {
        KeyInput wanted = input == null ? new KeyInput(null, null) : input;
        return keys.create(user.tenantId(), id, wanted.name(), wanted.expiresAt())
                .map(KeyResource::of)
                .orElseThrow(AgentsController::unknown);
    }

    @DeleteMapping("/{key_id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Revoke a key; it stops working at once")
    void revoke(
            @AuthenticationPrincipal UserPrincipal user,
            @PathVariable String id,
            @PathVariable("key_id") String keyId) {
        requireAgent(user, id);
        if (keys.revoke(user.tenantId(), id, keyId).isEmpty()) {
            throw RefusedException.notFound("key");
        }
    }

    private void requireAgent(UserPrincipal user, String id) {
        if (agents.find(user.tenantId(), id).isEmpty()) {
            throw AgentsController.unknown();
        }
    }
}
