package com.tracemem.mcp.tool;

import com.tracemem.decision.ProductAccess;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.product.Operation;
import com.tracemem.trace.Outcome;
import java.util.Objects;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code products_list}: the data products that the agent may use. */
final class ProductsList implements Tool {
    private static final ToolDefinition DEFINITION = new ToolDefinition(
            "products_list",
            "List data products",
            "Lists the data products that you may use, with the purposes that you may use each for. At most 200.",
            Schema.of(Field.optional(
                    "purpose", Type.text(Limits.NAME), "Only products that you may use for this purpose.")),
            Schema.of(Field.required(
                    "products",
                    Type.list(Type.object(Schema.of(
                            Field.required("product_id", Type.text(), "Its id."),
                            Field.required("name", Type.text(), "Its name."),
                            Field.required("description", Type.text(), "What it holds; empty where nobody said so."),
                            Field.required("permissions", Type.list(Type.choice("read", "write")), "What you may do."),
                            Field.required("purposes", Type.list(Type.text()), "What for."),
                            Field.required("operation", Type.choice(Operation.class), "The one thing it does.")))),
                    "By id.")),
            ToolDefinition.Hints.READS);

    private final ProductAccess products;

    ProductsList(ProductAccess products) {
        this.products = products;
    }

    @Override
    public ToolDefinition definition() {
        return DEFINITION;
    }

    @Override
    public Outcome<ObjectNode> call(AgentPrincipal agent, Arguments arguments) {
        String purpose = arguments.text("purpose", Limits.NAME);
        ArrayNode listed = JsonNodeFactory.instance.arrayNode();
        products.usableBy(agent).stream()
                .filter(product -> purpose == null
                        || ProductAccess.purposes(agent, product).contains(purpose))
                .forEach(product -> listed.add(new Answer()
                        .with("product_id", product.productId())
                        .with("name", product.name())
                        .with("description", Objects.requireNonNullElse(product.description(), ""))
                        .with("permissions", Answer.texts(product.operation().permission()))
                        .with("purposes", Answer.texts(ProductAccess.purposes(agent, product)))
                        .with("operation", product.operation().wireName())
                        .json()));
        return Outcome.done(new Answer().with("products", listed).json());
    }
}
