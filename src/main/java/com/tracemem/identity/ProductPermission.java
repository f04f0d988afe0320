package com.tracemem.identity;

import java.util.List;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * Leave to use a data product for some purposes.
 *
 * @param productId a product, or {@code "*"} for every product
 * @param purposes the purposes it may be used for; {@code "*"} among them means every purpose
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record ProductPermission(String productId, List<String> purposes) {
    public ProductPermission {
        purposes = List.copyOf(purposes);
    }

    boolean covers(String product) {
        return productId.equals(AgentPermissions.ALL) || productId.equals(product);
    }

    boolean covers(String product, String purpose) {
        return covers(product) && (purposes.contains(AgentPermissions.ALL) || purposes.contains(purpose));
    }
}
