package com.tracemem.admin;

import com.tracemem.identity.UserPrincipal;
import com.tracemem.product.ConnectorTest;
import com.tracemem.product.Connectors;
import com.tracemem.product.Schemas;
import com.tracemem.store.Page;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
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

/** The databases that data products are views on. */
@RestController
@RequestMapping("/v1/admin/connectors")
@Tag(name = "Connectors")
final class ConnectorsController {
    private static final int SHOWN_PRODUCTS = 20;

    private final Connectors connectors;
    private final Schemas schemas;

    ConnectorsController(Connectors connectors, Schemas schemas) {
        this.connectors = connectors;
        this.schemas = schemas;
    }

    @GetMapping
    @Operation(summary = "List the connectors, newest first")
    Page<ConnectorResource> list(
            @AuthenticationPrincipal UserPrincipal user,
            @RequestParam @Nullable String limit,
            @RequestParam @Nullable String cursor) {
        return connectors.list(user.tenantId(), Listing.page(limit, cursor)).map(ConnectorResource::of);
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(summary = "Create a connector; nothing is connected yet")
    ConnectorResource create(@AuthenticationPrincipal UserPrincipal user, @RequestBody ConnectorInput input) {
        return ConnectorResource.of(connectors.create(user.tenantId(), input.draft(), input.password()));
    }

    @GetMapping("/{id}")
    @Operation(summary = "One connector; of its password only that it is stored")
    ConnectorResource get(@AuthenticationPrincipal UserPrincipal user, @PathVariable String id) {
        return connectors
                .find(user.tenantId(), id)
                .map(ConnectorResource::of)
                .orElseThrow(ConnectorsController::unknown);
    }

    @PatchMapping("/{id}")
    @Operation(summary = "Change a connector; connections made of the old settings are closed")
    ConnectorResource update(
            @AuthenticationPrincipal UserPrincipal user, @PathVariable String id, @RequestBody ConnectorPatch patch) {
        return connectors
                .change(user.tenantId(), id, patch::on, patch.password())
                .map(ConnectorResource::of)
                .orElseThrow(ConnectorsController::unknown);
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Delete a connector and its password; 409 while a product is a view on it")
    void delete(@AuthenticationPrincipal UserPrincipal user, @PathVariable String id) {
        switch (connectors.delete(user.tenantId(), id)) {
            case Connectors.Deletion.Deleted() -> {}
            case Connectors.Deletion.NotFound() -> throw unknown();
            case Connectors.Deletion.InUse(List<String> products) ->
                throw RefusedException.conflict("Products are views on this connector: %s. Change or delete them first."
                        .formatted(listed(products)));
        }
    }

    private static String listed(List<String> products) {
        String first = String.join(", ", products.subList(0, Math.min(products.size(), SHOWN_PRODUCTS)));
        return products.size() <= SHOWN_PRODUCTS
                ? first
                : first + " and " + (products.size() - SHOWN_PRODUCTS) + " more";
    }

    @PostMapping("/{id}/test")
    @Operation(summary = "Try the connector out, step by step, without changing anything, and look at its schema again")
    ConnectorTest test(@AuthenticationPrincipal UserPrincipal user, @PathVariable String id) {
        ConnectorTest test = connectors.test(user.tenantId(), id).orElseThrow(ConnectorsController::unknown);
        if (test.ok()) {
            schemas.discover(user.tenantId(), id);
        }
        return test;
    }

    @GetMapping("/{id}/schema")
    @Operation(summary = "What was discovered behind the connector; the first time it is looked for")
    SourceSchemaResource schema(@AuthenticationPrincipal UserPrincipal user, @PathVariable String id) {
        return schemas.stored(user.tenantId(), id)
                .or(() -> schemas.discover(user.tenantId(), id))
                .map(found -> SourceSchemaResource.of(id, found))
                .orElseThrow(ConnectorsController::unknown);
    }

    @PostMapping("/{id}/schema")
    @Operation(summary = "Look again, and mark the products that what changed matters to")
    SourceSchemaResource discover(@AuthenticationPrincipal UserPrincipal user, @PathVariable String id) {
        return schemas.discover(user.tenantId(), id)
                .map(found -> SourceSchemaResource.of(id, found))
                .orElseThrow(ConnectorsController::unknown);
    }

    private static RefusedException unknown() {
        return RefusedException.notFound("connector");
    }
}
