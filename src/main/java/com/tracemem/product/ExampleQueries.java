package com.tracemem.product;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Requests that a product would take, made from its schema; their values are placeholders. */
public final class ExampleQueries {
    private ExampleQueries() {}

    /** For a read, queries; for a write, mutations. */
    public static List<ObjectNode> of(Product product) {
        return List.of();
    }
}
