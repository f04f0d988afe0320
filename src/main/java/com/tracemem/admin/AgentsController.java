package com.tracemem.admin;

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
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The tenant's agents and what they may do. */
@RestController
@RequestMapping("/v1/admin/agents")
@Tag(name = "Agents")
final class AgentsController {
    private final Agents agents;

    AgentsController(Agents agents) {
        this.agents = agents;
    }

    @GetMapping
    @Operation(summary = "List the agents, newest first")
    Page<AgentResource> list(
            @AuthenticationPrincipal UserPrincipal user,
            @RequestParam @Nullable String limit,
            @RequestParam @Nullable String cursor) {
        return agents.list(user.tenantId(), Listing.page(limit, cursor)).map(AgentResource::of);
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(summary = "Create an agent; it has no key yet")
    AgentResource create(@AuthenticationPrincipal UserPrincipal user, @RequestBody AgentInput input) {
        return AgentResource.of(agents.create(user.tenantId(), input.name(), input.description(), input.permissions()));
    }

    @GetMapping("/{id}")
    @Operation(summary = "One agent")
    AgentResource get(@AuthenticationPrincipal UserPrincipal user, @PathVariable String id) {
        return agents.find(user.tenantId(), id).map(AgentResource::of).orElseThrow(AgentsController::unknown);
    }

    @PatchMapping("/{id}")
    @Operation(summary = "Change an agent; permissions are replaced as a whole")
    AgentResource update(
            @AuthenticationPrincipal UserPrincipal user, @PathVariable String id, @RequestBody AgentPatch patch) {
        return agents.update(user.tenantId(), id, patch.update())
                .map(AgentResource::of)
                .orElseThrow(AgentsController::unknown);
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Delete an agent: its keys stop working at once, its decisions stay")
    void delete(@AuthenticationPrincipal UserPrincipal user, @PathVariable String id) {
        if (!agents.delete(user.tenantId(), id)) {
            throw unknown();
        }
    }

    static RefusedException unknown() {
        return RefusedException.notFound("agent");
    }
}
