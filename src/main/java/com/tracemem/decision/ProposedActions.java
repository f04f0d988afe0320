package com.tracemem.decision;

import com.tracemem.identity.AgentPrincipal;
import com.tracemem.product.Data;
import com.tracemem.product.Operation;
import com.tracemem.product.PlannedWrite;
import com.tracemem.product.Product;
import com.tracemem.product.WriteRequest;
import com.tracemem.trace.Outcome;
import com.tracemem.trace.Refusal;
import com.tracemem.trace.Sha256;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The actions that agents propose to humans, {@code {product, operation, mutation, keys}}, as the writes they mean. */
public final class ProposedActions {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final ProductAccess products;
    private final Data data;

    public ProposedActions(ProductAccess products, Data data) {
        this.products = products;
        this.data = data;
    }

    /**
     * Refuses what could never be written, before a human is asked about it. An action that names no product is one that
     * TraceMem does not carry out, and is left alone.
     *
     * @return whether a write can follow, as far as it can be known now
     */
    public Outcome<Boolean> check(AgentPrincipal agent, JsonNode action) {
        if (!action.path("product").isString()) {
            return Outcome.done(false);
        }
        String productId = action.get("product").stringValue();
        Optional<Product> product = products.find(agent, productId);
        if (product.isEmpty()) {
            return refused(Refusal.Code.NOT_FOUND, ProductAccess.notAccessible(productId));
        }
        return switch (plan(product.get(), request(action))) {
            case PlannedWrite.Misfit(String sentence) -> refused(Refusal.Code.CONFLICT, sentence);
            case PlannedWrite.Planned planned -> Outcome.done(true);
        };
    }

    private static Outcome<Boolean> refused(Refusal.Code code, String why) {
        return Outcome.refused(code, "proposed_action could never be written: " + why);
    }

    /** Holds a write against its product. */
    PlannedWrite plan(Product product, WriteRequest request) {
        return product.operation() == Operation.READ
                ? new PlannedWrite.Misfit(
                        "Product '" + product.productId() + "' only reads: use decision_read, or another product")
                : data.plan(product, request);
    }

    /** Of the action that a human approved, if it is one on the product in question. */
    Optional<Sha256> digest(Grant grant, WriteAttempt.Fit fit) {
        if (grant.action() == null || !(fit instanceof WriteAttempt.Fit.Fits fits)) {
            return Optional.empty();
        }
        Product product = fits.planned().product();
        JsonNode action = JSON.readTree(grant.action());
        if (!action.path("product").asString("").equals(product.productId())) {
            return Optional.empty();
        }
        return data.plan(product, request(action)) instanceof PlannedWrite.Planned planned
                ? Optional.of(WriteDigests.ofAction(planned))
                : Optional.empty();
    }

    private static WriteRequest request(JsonNode action) {
        JsonNode operation = action.path("operation");
        return new WriteRequest(
                action.get("mutation"), operation.isString() ? operation.stringValue() : null, action.get("keys"));
    }
}
