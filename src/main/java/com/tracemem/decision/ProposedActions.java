package com.tracemem.decision;

import com.tracemem.identity.AgentPrincipal;
import com.tracemem.product.Data;
import com.tracemem.product.Field;
import com.tracemem.product.Operation;
import com.tracemem.product.PlannedWrite;
import com.tracemem.product.Product;
import com.tracemem.product.WriteRequest;
import com.tracemem.trace.Outcome;
import com.tracemem.trace.Refusal;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The actions that agents propose to humans, {@code {product, operation, mutation, keys}}, as the writes they mean. */
public final class ProposedActions {
    private static final String PRODUCT = "product";
    private static final String VERSION = "product_version";
    /** Stands for what a product masks. */
    static final String MASK = "***";

    private final ProductAccess products;
    private final Data data;

    public ProposedActions(ProductAccess products, Data data) {
        this.products = products;
        this.data = data;
    }

    /**
     * The action as it is to be kept, shown and bound to. Refuses what could never be written, before a human is asked about
     * it. An action that names no product is one that TraceMem does not carry out, and is left alone.
     *
     * @throws IllegalArgumentException when it is too large, with a sentence
     */
    public Outcome<ProposedAction> propose(AgentPrincipal agent, JsonNode action) {
        if (!(action instanceof ObjectNode object) || !action.path(PRODUCT).isString()) {
            return Outcome.done(ProposedAction.elsewhere(action));
        }
        ProposedAction.checkSize(action);
        String productId = action.path(PRODUCT).stringValue();
        Optional<Product> product = products.find(agent, productId);
        if (product.isEmpty()) {
            return refused(Refusal.Code.NOT_FOUND, ProductAccess.notAccessible(productId));
        }
        JsonNode version = action.path(VERSION);
        if (!version.isMissingNode() && version.asInt(0) != product.get().version()) {
            return refused(
                    Refusal.Code.CONFLICT,
                    "product_version is %s, and product '%s' is at version %d: look at it with product_get"
                            .formatted(
                                    ProductAccess.shown(version.toString()),
                                    productId,
                                    product.get().version()));
        }
        return switch (plan(product.get(), request(action))) {
            case PlannedWrite.Misfit(String sentence) -> refused(Refusal.Code.CONFLICT, sentence);
            case PlannedWrite.Planned planned ->
                Outcome.done(new ProposedAction(shown(object, product.get()), WriteDigests.ofAction(planned), true));
        };
    }

    private static Outcome<ProposedAction> refused(Refusal.Code code, String why) {
        return Outcome.refused(code, "proposed_action could never be written: " + why);
    }

    /** In the form in which it was sent, so that nobody has to guess what an agent meant. */
    private static ObjectNode shown(ObjectNode action, Product product) {
        Set<String> masked =
                product.fields().stream().filter(Field::masked).map(Field::name).collect(Collectors.toSet());
        ObjectNode shown = action.deepCopy();
        mask(shown.path("mutation"), masked);
        mask(shown.path("keys"), masked);
        return shown.put(VERSION, product.version());
    }

    private static void mask(JsonNode part, Set<String> masked) {
        if (part instanceof ObjectNode object) {
            for (String name : List.copyOf(object.propertyNames())) {
                if (masked.contains(name)) {
                    object.put(name, MASK);
                }
            }
        }
        part.forEach(inner -> mask(inner, masked));
    }

    /** Holds a write against its product. */
    PlannedWrite plan(Product product, WriteRequest request) {
        return product.operation() == Operation.READ
                ? new PlannedWrite.Misfit(
                        "Product '" + product.productId() + "' only reads: use decision_read, or another product")
                : data.plan(product, request);
    }

    private static WriteRequest request(JsonNode action) {
        JsonNode operation = action.path("operation");
        return new WriteRequest(
                action.get("mutation"), operation.isString() ? operation.stringValue() : null, action.get("keys"));
    }
}
