package com.tracemem.admin;

import com.tracemem.identity.TenantSettings;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What to change of a tenant's settings; what is left out stays as it is.
 *
 * @param routeGiven whether the default route was sent at all: null then means that there is none any more
 * @param retainPolicyInputs whether the inputs of policy evaluations are kept, for backtests
 */
record SettingsPatch(
        @Schema(allowableValues = {"aborted", "rejected"}) @Nullable
        String rejectionStatus,

        @Nullable String defaultApprovalRouteId,
        @Schema(hidden = true) boolean routeGiven,
        @Nullable Boolean retainPolicyInputs) {

    static SettingsPatch read(Fields fields) {
        fields.refuseNull("rejection_status");
        fields.refuseNull("retain_policy_inputs");
        return new SettingsPatch(
                fields.choice(
                        "rejection_status",
                        status -> Optional.of(status).filter(s -> s.equals("aborted") || s.equals("rejected")),
                        "aborted or rejected"),
                fields.text("default_approval_route_id", 64),
                fields.has("default_approval_route_id"),
                fields.flag("retain_policy_inputs"));
    }

    TenantSettings appliedTo(TenantSettings before) {
        return new TenantSettings(
                rejectionStatus == null ? before.rejectionStatus() : rejectionStatus,
                routeGiven ? defaultApprovalRouteId : before.defaultApprovalRouteId(),
                retainPolicyInputs == null ? before.retainPolicyInputs() : retainPolicyInputs);
    }
}
