package com.tracemem.admin;

import com.tracemem.approval.Route;
import com.tracemem.approval.Routes;
import com.tracemem.delivery.Integrations;
import com.tracemem.identity.FieldErrors;
import com.tracemem.identity.InvalidInput;
import com.tracemem.identity.TenantSettings;
import com.tracemem.identity.Tenants;
import com.tracemem.identity.UserPrincipal;
import com.tracemem.store.Page;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Where questions go, and who may answer them. */
@RestController
@RequestMapping("/v1/admin/approval-routes")
@Tag(name = "Approval routes")
final class RoutesController {
    private final Routes routes;
    private final Integrations integrations;
    private final Tenants tenants;
    private final Clock clock;

    RoutesController(Routes routes, Integrations integrations, Tenants tenants, Clock clock) {
        this.routes = routes;
        this.integrations = integrations;
        this.tenants = tenants;
        this.clock = clock;
    }

    @GetMapping
    @Operation(summary = "List the approval routes by id")
    Page<RouteResource> list(
            @AuthenticationPrincipal UserPrincipal user,
            @RequestParam @Nullable String limit,
            @RequestParam @Nullable String cursor) {
        return routes.list(user.tenantId(), Listing.page(limit, cursor)).map(RouteResource::of);
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(summary = "Create a route; without an id it gets one made of its name")
    RouteResource create(@AuthenticationPrincipal UserPrincipal user, @RequestBody RouteInput input) {
        String id = input.chosenId();
        FieldErrors errors = new FieldErrors();
        checkIntegration(user, input, errors);
        errors.addIf(routes.find(user.tenantId(), id).isPresent(), "approval_route_id", taken(id));
        errors.throwIfAny();
        return routes.create(input.toRoute(user.tenantId(), id, clock.instant()), user.userId())
                .map(RouteResource::of)
                .orElseThrow(() -> InvalidInput.of("approval_route_id", taken(id)));
    }

    private static String taken(String id) {
        return "is '%s', which there is already; change that one, or choose another id".formatted(id);
    }

    @GetMapping("/{id}")
    @Operation(summary = "One route")
    RouteResource get(@AuthenticationPrincipal UserPrincipal user, @PathVariable String id) {
        return routes.find(user.tenantId(), id).map(RouteResource::of).orElseThrow(RoutesController::unknown);
    }

    @PutMapping("/{id}")
    @Operation(summary = "Replace a route; approvals asked for before keep the terms they were asked under")
    RouteResource replace(
            @AuthenticationPrincipal UserPrincipal user, @PathVariable String id, @RequestBody RouteInput input) {
        if (routes.find(user.tenantId(), id).isEmpty()) {
            throw unknown();
        }
        FieldErrors errors = new FieldErrors();
        checkIntegration(user, input, errors);
        errors.addIf(
                input.approvalRouteId() != null && !input.approvalRouteId().equals(id),
                "approval_route_id",
                "is another than the address names, '%s'; an id cannot be changed".formatted(id));
        errors.throwIfAny();
        return save(user, input, id);
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Delete a route; approvals that it already asked for go on")
    void delete(@AuthenticationPrincipal UserPrincipal user, @PathVariable String id) {
        boolean isDefault = tenants.settings(user.tenantId())
                .flatMap(TenantSettings::defaultApprovalRoute)
                .filter(id::equals)
                .isPresent();
        if (isDefault) {
            throw RefusedException.conflict(
                    "This route is the default route; choose another default in the settings first.");
        }
        if (!routes.delete(user.tenantId(), id)) {
            throw unknown();
        }
    }

    private void checkIntegration(UserPrincipal user, RouteInput input, FieldErrors errors) {
        errors.addIf(
                integrations.find(user.tenantId(), input.integrationId()).isEmpty(),
                "integration_id",
                "is %s, which is no integration; create it first".formatted(FieldErrors.quote(input.integrationId())));
    }

    private RouteResource save(UserPrincipal user, RouteInput input, String id) {
        Route route = input.toRoute(user.tenantId(), id, clock.instant());
        return RouteResource.of(routes.save(route, user.userId()));
    }

    private static RefusedException unknown() {
        return RefusedException.notFound("approval route");
    }
}
