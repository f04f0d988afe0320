package com.tracemem.mcp.tool;

import com.tracemem.decision.ProductAccess;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.product.ExampleQueries;
import com.tracemem.product.Operation;
import com.tracemem.product.Product;
import com.tracemem.product.Restrictions;
import com.tracemem.trace.Outcome;
import com.tracemem.trace.Refusal;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code product_get}: what a data product is like. */
final class ProductGet implements Tool {
    private static final Type FIELDS = Type.list(Type.object(Schema.of(
            Field.required("name", Type.text(), "How you call it."),
            Field.required("type", Type.text(), "string, integer, number, boolean, date, timestamp, uuid, json, …"),
            Field.required("nullable", Type.flag(), "Whether it may be null."),
            Field.required("primary_key", Type.flag(), "Whether it is part of the primary key."))));
    private static final ToolDefinition DEFINITION = new ToolDefinition(
            "product_get",
            "Get data product",
            "Says which fields a data product has, what it may be used for, and gives examples of queries or mutations.",
            Schema.of(Field.required("product", Type.text(Limits.CHOSEN_ID), "From products_list.")),
            Schema.of(
                    Field.required("product_id", Type.text(), "Its id."),
                    Field.required("name", Type.text(), "Its name."),
                    Field.optional("description", Type.text(), "What it holds."),
                    Field.required("schema", FIELDS, "Its fields."),
                    Field.required("exposed_schema", FIELDS, "The same under its older name."),
                    Field.required("permissions", Type.list(Type.choice("read", "write")), "What you may do."),
                    Field.required("allowed_purposes", Type.list(Type.text()), "What you may use it for."),
                    Field.required("purposes", Type.list(Type.text()), "The same under its shorter name."),
                    Field.required("operation", Type.choice(Operation.class), "The one thing it does."),
                    Field.required(
                            "restrictions",
                            Type.object(),
                            "row_limit, result_mode and masked_fields of a read; max_affected, return_created,"
                                    + " requires_approval, policies, writable_fields and key_fields of a write."),
                    Field.required("example_queries", Type.list(Type.object()), "Queries, or mutations of a write.")),
            ToolDefinition.Hints.READS);

    private final ProductAccess products;

    ProductGet(ProductAccess products) {
        this.products = products;
    }

    @Override
    public ToolDefinition definition() {
        return DEFINITION;
    }

    @Override
    public Outcome<ObjectNode> call(AgentPrincipal agent, Arguments arguments) {
        String productId = arguments.requiredText("product", Limits.CHOSEN_ID, "product_id");
        Optional<Product> found = products.find(agent, productId);
        return found.isEmpty()
                ? Outcome.refused(Refusal.Code.NOT_FOUND, ProductAccess.notAccessible(productId))
                : Outcome.done(answer(agent, found.get()));
    }

    private static ObjectNode answer(AgentPrincipal agent, Product product) {
        ArrayNode examples = JsonNodeFactory.instance.arrayNode();
        ExampleQueries.of(product).forEach(examples::add);
        List<String> purposes = ProductAccess.purposes(agent, product);
        return new Answer()
                .with("product_id", product.productId())
                .with("name", product.name())
                .with("description", product.description())
                .with("schema", fields(product))
                .with("exposed_schema", fields(product))
                .with("permissions", Answer.texts(product.operation().permission()))
                .with("allowed_purposes", Answer.texts(purposes))
                .with("purposes", Answer.texts(purposes))
                .with("operation", product.operation().wireName())
                .with("restrictions", restrictions(product))
                .with("example_queries", examples)
                .json();
    }

    private static ArrayNode fields(Product product) {
        ArrayNode fields = JsonNodeFactory.instance.arrayNode();
        product.fields()
                .forEach(field -> fields.add(new Answer()
                        .with("name", field.name())
                        .with("type", field.type().wireName())
                        .with("nullable", field.nullable())
                        .with("primary_key", field.primaryKey())
                        .json()));
        return fields;
    }

    private static Answer restrictions(Product product) {
        Restrictions bounds = product.restrictions();
        Answer answer = new Answer();
        if (!product.operation().writes()) {
            return answer.with("row_limit", bounds.rowLimit())
                    .with("result_mode", bounds.resultMode().wireName())
                    .with("masked_fields", names(product, com.tracemem.product.Field::masked));
        }
        if (bounds.maxAffected() != null) {
            answer.with("max_affected", bounds.maxAffected());
        }
        return answer.with("return_created", bounds.returnCreated())
                .with("requires_approval", product.requiresApproval())
                .with("policies", Answer.texts(product.policies()))
                .with("writable_fields", names(product, com.tracemem.product.Field::writable))
                .with("key_fields", names(product, com.tracemem.product.Field::key));
    }

    private static ArrayNode names(Product product, Predicate<com.tracemem.product.Field> wanted) {
        return Answer.texts(product.fields().stream()
                .filter(wanted)
                .map(com.tracemem.product.Field::name)
                .toList());
    }
}
