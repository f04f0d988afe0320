package com.tracemem.identity;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant chooses for all its decisions.
 *
 * @param rejectionStatus what a decision shows after a human rejected: {@code aborted} or {@code rejected}
 * @param defaultApprovalRouteId the route of requests that name none; null when there is none
 * @param retainPolicyInputs whether the inputs of policy evaluations are kept, for backtests
 */
public record TenantSettings(
        String rejectionStatus, @Nullable String defaultApprovalRouteId, boolean retainPolicyInputs) {
    private static final Set<String> REJECTION_STATUSES = Set.of("aborted", "rejected");
    private static final Pattern ROUTE_ID = Pattern.compile("[a-z0-9_-]{1,64}");

    /**
     * Proves itself valid.
     *
     * @throws InvalidInput naming {@code rejection_status} or {@code default_approval_route_id}
     */
    public TenantSettings {
        FieldErrors errors = new FieldErrors();
        errors.addIf(
                !REJECTION_STATUSES.contains(rejectionStatus),
                "rejection_status",
                "is %s; use aborted or rejected".formatted(FieldErrors.quote(rejectionStatus)));
        errors.addIf(
                defaultApprovalRouteId != null
                        && !ROUTE_ID.matcher(defaultApprovalRouteId).matches(),
                "default_approval_route_id",
                "is not a route's id; give 1 to 64 of a-z, 0-9, _ and -, or null for none");
        errors.throwIfAny();
    }

    /** Without keeping the inputs of policies. */
    public TenantSettings(String rejectionStatus, @Nullable String defaultApprovalRouteId) {
        this(rejectionStatus, defaultApprovalRouteId, false);
    }

    public Optional<String> defaultApprovalRoute() {
        return Optional.ofNullable(defaultApprovalRouteId);
    }
}
