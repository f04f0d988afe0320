package com.tracemem.admin;

import com.tracemem.identity.InvalidInput;
import com.tracemem.identity.UserPrincipal;
import com.tracemem.product.Product;
import com.tracemem.product.Products;
import com.tracemem.store.Page;
import com.tracemem.store.PageRequest;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Optional;
import java.util.regex.Pattern;
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

/** What agents may read and write. */
@RestController
@RequestMapping("/v1/admin/products")
@Tag(name = "Data products")
final class ProductsController {
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}");

    private final Products products;

    ProductsController(Products products) {
        this.products = products;
    }

    @GetMapping
    @Operation(summary = "List the products by id")
    Page<ProductResource> list(
            @AuthenticationPrincipal UserPrincipal user,
            @RequestParam @Nullable String limit,
            @RequestParam @Nullable String cursor) {
        return products.list(user.tenantId(), Listing.page(limit, cursor)).map(ProductResource::of);
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(summary = "Create a product; 409 when its id is taken")
    ProductResource create(@AuthenticationPrincipal UserPrincipal user, @RequestBody ProductInput input) {
        if (products.saved(user.tenantId(), input.draft().productId()).isPresent()) {
            throw RefusedException.conflict(
                    "There is a product with this id: change it with PUT, or choose another id.");
        }
        return ProductResource.of(products.save(user.tenantId(), input.draft(), user.userId()));
    }

    @PostMapping("/validate")
    @Operation(summary = "What a product would become, held against its source as it is now; nothing is kept")
    ProductResource validate(@AuthenticationPrincipal UserPrincipal user, @RequestBody ProductInput input) {
        return ProductResource.of(products.validate(user.tenantId(), input.draft()));
    }

    @GetMapping("/{id}")
    @Operation(summary = "A product's newest version")
    ProductResource get(@AuthenticationPrincipal UserPrincipal user, @PathVariable String id) {
        return products.saved(user.tenantId(), id).map(ProductResource::of).orElseThrow(ProductsController::unknown);
    }

    @PutMapping("/{id}")
    @Operation(summary = "Save a new version; the same definition again keeps its version and accepts a changed source")
    ProductResource put(
            @AuthenticationPrincipal UserPrincipal user, @PathVariable String id, @RequestBody ProductInput input) {
        if (products.saved(user.tenantId(), id).isEmpty()) {
            throw unknown();
        }
        if (!input.draft().productId().equals(id)) {
            throw InvalidInput.of("product_id", "is not the id in the address; ids do not change");
        }
        return ProductResource.of(products.save(user.tenantId(), input.draft(), user.userId()));
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Take a product away; its versions stay for the traces that name them")
    void delete(@AuthenticationPrincipal UserPrincipal user, @PathVariable String id) {
        if (!products.delete(user.tenantId(), id)) {
            throw unknown();
        }
    }

    @GetMapping("/{id}/versions")
    @Operation(summary = "A product's versions, the newest first, also of one that was deleted")
    Page<ProductResource> versions(
            @AuthenticationPrincipal UserPrincipal user,
            @PathVariable String id,
            @RequestParam @Nullable String limit,
            @RequestParam @Nullable String cursor) {
        PageRequest page = Listing.page(limit, cursor);
        Page<Products.Saved> versions = products.versions(user.tenantId(), id, page);
        if (versions.items().isEmpty() && page.after() == null) {
            throw unknown();
        }
        return versions.map(ProductResource::of);
    }

    @GetMapping("/{id}/versions/{version}")
    @Operation(summary = "One version, as a trace names it")
    ProductResource version(
            @AuthenticationPrincipal UserPrincipal user, @PathVariable String id, @PathVariable String version) {
        return (NUMBER.matcher(version).matches()
                        ? products.version(user.tenantId(), id, Integer.parseInt(version))
                        : Optional.<Product>empty())
                .map(ProductResource::of)
                .orElseThrow(() -> RefusedException.notFound("version of this product"));
    }

    private static RefusedException unknown() {
        return RefusedException.notFound("product");
    }
}
