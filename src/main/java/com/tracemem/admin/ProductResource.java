package com.tracemem.admin;

import com.tracemem.product.ExampleQueries;
import com.tracemem.product.Product;
import com.tracemem.product.ProductDefinition;
import com.tracemem.product.Products;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * A data product in one version.
 *
 * @param hash SHA-256 of the definition in canonical JSON (RFC 8785), in hex
 * @param definition as it is kept, with everything that was taken from the source
 * @param schemaChanges how the source has changed since this version was saved; save the product again to accept that
 * @param exampleQueries requests that agents can send, with placeholders for values
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record ProductResource(
        String productId,
        int version,
        String hash,
        String name,

        @Schema(allowableValues = {"read", "insert", "update", "delete"})
        String operation,

        String connectorId,
        JsonNode definition,
        List<String> schemaChanges,
        List<JsonNode> exampleQueries,
        @Nullable Instant savedAt,
        @Nullable String savedBy) {

    static ProductResource of(Products.Saved saved) {
        return of(saved.product(), saved.schemaChanges(), saved.savedAt(), saved.savedBy());
    }

    /** Of one that is not kept. */
    static ProductResource of(Product product) {
        return of(product, List.of(), null, null);
    }

    private static ProductResource of(
            Product product, List<String> changes, @Nullable Instant savedAt, @Nullable String savedBy) {
        return new ProductResource(
                product.productId(),
                product.version(),
                product.hash(),
                product.name(),
                product.operation().wireName(),
                product.connectorId(),
                ProductDefinition.of(product),
                changes,
                List.copyOf(ExampleQueries.of(product)),
                savedAt,
                savedBy);
    }
}
