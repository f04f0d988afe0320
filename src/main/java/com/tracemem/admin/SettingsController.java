package com.tracemem.admin;

import com.tracemem.approval.Routes;
import com.tracemem.identity.FieldErrors;
import com.tracemem.identity.InvalidInput;
import com.tracemem.identity.Tenant;
import com.tracemem.identity.TenantSettings;
import com.tracemem.identity.Tenants;
import com.tracemem.identity.UserPrincipal;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What holds for all of the tenant's decisions. */
@RestController
@RequestMapping("/v1/admin/settings")
@Tag(name = "Settings")
final class SettingsController {
    private final Tenants tenants;
    private final Routes routes;

    SettingsController(Tenants tenants, Routes routes) {
        this.tenants = tenants;
        this.routes = routes;
    }

    @GetMapping
    @Operation(summary = "The tenant's settings")
    SettingsResource get(@AuthenticationPrincipal UserPrincipal user) {
        return SettingsResource.of(settings(user));
    }

    @PatchMapping
    @Operation(summary = "Change settings; a null default_approval_route_id removes the default route")
    SettingsResource update(@AuthenticationPrincipal UserPrincipal user, @RequestBody SettingsPatch patch) {
        String route = patch.defaultApprovalRouteId();
        if (route != null && routes.find(user.tenantId(), route).isEmpty()) {
            throw InvalidInput.of(
                    "default_approval_route_id",
                    "is %s, which is no approval route; create it first".formatted(FieldErrors.quote(route)));
        }
        return tenants.update(user.tenantId(), patch.appliedTo(settings(user)))
                .map(tenant -> SettingsResource.of(tenant.settings()))
                .orElseThrow(() -> RefusedException.notFound("tenant"));
    }

    private TenantSettings settings(UserPrincipal user) {
        return tenants.find(user.tenantId())
                .map(Tenant::settings)
                .orElseThrow(() -> RefusedException.notFound("tenant"));
    }
}
