package com.tracemem.product;

import com.tracemem.identity.FieldErrors;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
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

    /** A value that the field's column can be compared with. */
    Object value(Field field, JsonNode value) throws MisfitException {
        Object given = pattern(field, value);
        Optional<String> needed = field.bounds().comparable(given);
        if (needed.isPresent()) {
            throw unfit(field, needed.get(), value);
        }
        return given;
    }

    /** A value of the field's type, which need not be one that the column can have. */
    Object pattern(Field field, JsonNode value) throws MisfitException {
        try {
            return FieldValues.of(field.type(), value);
        } catch (UnfitValue unfit) {
            throw unfit(field, unfit.needed(), value);
        }
    }

    private MisfitException unfit(Field field, String needed, JsonNode came) {
        return new MisfitException("Field '%s' of product '%s' takes %s, not %s"
                .formatted(field.name(), product.productId(), needed, came(field, came)));
    }

    /** What is masked is not even repeated to the one who sent it: sentences are passed on. */
    private static String came(Field field, JsonNode value) {
        return field.masked() ? kind(value) : shown(value);
    }

    /** The value itself where it is one, else what it is. */
    static String shown(JsonNode value) {
        if (value.isContainer()) {
            return kind(value);
        }
        return value.isString() ? quote(value.stringValue()) : quoteless(value.toString());
    }

    private static String quoteless(String text) {
        String quoted = quote(text);
        return quoted.substring(1, quoted.length() - 1);
    }

    /** What a JSON value is, in words. */
    static String kind(@Nullable JsonNode value) {
        if (value == null) {
            return "nothing";
        }
        return switch (value.getNodeType()) {
            case OBJECT -> "an object";
            case ARRAY -> "a list";
            case STRING -> "a text";
            case NUMBER -> "a number";
            case BOOLEAN -> "true or false";
            case NULL -> "null";
            case MISSING -> "nothing";
            case BINARY, POJO -> "something else";
        };
    }

    /** The end of a sentence about one of several records: which one. */
    static String which(int index, int count) {
        return count == 1 ? "" : " (record %d of %d)".formatted(index + 1, count);
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
