package com.tracemem.product;

import com.tracemem.identity.FieldErrors;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Looks up what a request names in its product, and says in the wire's words what is wrong with it. */
final class Wording {
    private final Product product;

    Wording(Product product) {
        this.product = product;
    }

    Field field(String name) throws MisfitException {
        return product.field(name)
                .orElseThrow(() -> new MisfitException(
                        "Field %s not found in schema of product '%s'".formatted(quote(name), product.productId())));
    }

    /** A field that may be asked about: whether something equals a masked value would tell the value. */
    Field askable(String name) throws MisfitException {
        Field field = field(name);
        if (field.masked()) {
            throw new MisfitException(
                    "Field '%s' of product '%s' is masked: it can neither be asked about nor sorted by"
                            .formatted(field.name(), product.productId()));
        }
        return field;
    }

    Object value(Field field, JsonNode value) throws MisfitException {
        try {
            return FieldValues.of(field.type(), value);
        } catch (UnfitValue unfit) {
            throw new MisfitException(
                    "Field '%s' of product '%s' takes %s".formatted(field.name(), product.productId(), unfit.needed()));
        }
    }

    MisfitException wrongOperation(String asked) {
        return new MisfitException("Product '%s' is for operation '%s', not %s: use a product for that"
                .formatted(product.productId(), product.operation().wireName(), quote(asked)));
    }

    String keyFields() {
        return product.fields().stream().filter(Field::key).map(Field::name).collect(Collectors.joining(", "));
    }

    String writableFields() {
        return product.fields().stream()
                .filter(Field::writable)
                .map(Field::name)
                .collect(Collectors.joining(", "));
    }

    static String quote(String text) {
        return FieldErrors.quote(text);
    }
}
