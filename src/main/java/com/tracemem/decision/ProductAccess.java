package com.tracemem.decision;

import com.tracemem.identity.AgentPrincipal;
import com.tracemem.product.Product;
import com.tracemem.product.Products;
import com.tracemem.trace.Refusal;
import java.util.List;
import java.util.Optional;

/** Which data products an agent may use, and for what. */
public final class ProductAccess {
    private final Products products;

    public ProductAccess(Products products) {
        this.products = products;
    }

    /** What a look-up comes to. */
    sealed interface Access {
        record Granted(Product product) implements Access {}

        record Denied(RefusalReason reason, Refusal refusal) implements Access {}
    }

    /** By id, at most 200. */
    public List<Product> usableBy(AgentPrincipal agent) {
        return products.usableBy(agent).stream()
                .filter(product -> !purposes(agent, product).isEmpty())
                .toList();
    }

    /** A product that the agent may use for at least one of its purposes; any other is as good as unknown. */
    public Optional<Product> find(AgentPrincipal agent, String productId) {
        // permissions first: what an agent may not use is not looked up
        return agent.permissions().mayUseProduct(productId)
                ? products.find(agent.tenantId(), productId)
                        .filter(product -> !purposes(agent, product).isEmpty())
                : Optional.empty();
    }

    /** A version that something was done with, however the product was changed since. */
    Optional<Product> version(String tenantId, String productId, int version) {
        return products.version(tenantId, productId, version);
    }

    /** The purposes of a product for which the agent may use it. */
    public static List<String> purposes(AgentPrincipal agent, Product product) {
        return product.purposes().stream()
                .filter(purpose -> agent.permissions().mayUseProduct(product.productId(), purpose))
                .toList();
    }

    Access access(AgentPrincipal agent, String productId, String purpose) {
        Optional<Product> found = find(agent, productId);
        if (found.isEmpty()) {
            return denied(RefusalReason.PRODUCT_NOT_ACCESSIBLE, notAccessible(productId));
        }
        List<String> purposes = purposes(agent, found.get());
        return purposes.contains(purpose)
                ? new Access.Granted(found.get())
                : denied(
                        RefusalReason.PURPOSE_NOT_ALLOWED,
                        "Purpose '" + shown(purpose) + "' is not allowed for product '" + productId + "': use "
                                + either(purposes));
    }

    /** What an agent is told about a product that is not there, or not for it. */
    public static String notAccessible(String productId) {
        return "Product '" + shown(productId) + "' not found or not accessible";
    }

    private static Access denied(RefusalReason reason, String sentence) {
        return new Access.Denied(reason, new Refusal(Refusal.Code.NOT_FOUND, sentence));
    }

    private static String either(List<String> names) {
        return names.size() == 1
                ? names.getFirst()
                : String.join(", ", names.subList(0, names.size() - 1)) + " or " + names.getLast();
    }

    /** At most 100 characters, without any that control something. */
    static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints()
                .limit(100)
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .forEach(shown::appendCodePoint);
        return shown.length() < text.length() ? shown.append('…').toString() : shown.toString();
    }
}
