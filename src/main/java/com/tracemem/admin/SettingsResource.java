package com.tracemem.admin;

import com.tracemem.identity.TenantSettings;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * A tenant's settings.
 *
 * @param retainPolicyInputs whether the inputs of policy evaluations are kept, for backtests
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record SettingsResource(
        @Schema(allowableValues = {"aborted", "rejected"}) String rejectionStatus,

        @Nullable String defaultApprovalRouteId,
        boolean retainPolicyInputs) {

    static SettingsResource of(TenantSettings settings) {
        return new SettingsResource(
                settings.rejectionStatus(), settings.defaultApprovalRouteId(), settings.retainPolicyInputs());
    }
}
