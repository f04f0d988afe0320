package com.tracemem.identity;

import java.util.List;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * What an agent may do. Whatever is not listed is refused. Its JSON is
 * {@code {request_approvals, products: [{product_id, purposes}], policies, approval_routes}}.
 *
 * @param requestApprovals whether the agent may ask a human at all
 * @param products the data products, each with its purposes
 * @param policies the policies it may evaluate; {@code "*"} for all
 * @param approvalRoutes the routes it may ask through; {@code "*"} for all
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record AgentPermissions(
        boolean requestApprovals,
        List<ProductPermission> products,
        List<String> policies,
        List<String> approvalRoutes) {
    /** Stands for every id where an id is expected. */
    public static final String ALL = "*";

    public AgentPermissions {
        products = List.copyOf(products);
        policies = List.copyOf(policies);
        approvalRoutes = List.copyOf(approvalRoutes);
    }

    public static AgentPermissions none() {
        return new AgentPermissions(false, List.of(), List.of(), List.of());
    }

    public static AgentPermissions everything() {
        return new AgentPermissions(
                true, List.of(new ProductPermission(ALL, List.of(ALL))), List.of(ALL), List.of(ALL));
    }

    public boolean mayUseRoute(String approvalRouteId) {
        return approvalRoutes.contains(ALL) || approvalRoutes.contains(approvalRouteId);
    }

    public boolean mayUsePolicy(String policyId) {
        return policies.contains(ALL) || policies.contains(policyId);
    }

    /** Whether the product may be used for at least one purpose. */
    public boolean mayUseProduct(String productId) {
        return products.stream()
                .anyMatch(product ->
                        product.covers(productId) && !product.purposes().isEmpty());
    }

    public boolean mayUseProduct(String productId, String purpose) {
        return products.stream().anyMatch(product -> product.covers(productId, purpose));
    }
}
