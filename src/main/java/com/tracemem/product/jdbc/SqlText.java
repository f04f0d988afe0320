package com.tracemem.product.jdbc;

import com.tracemem.product.FieldType;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A statement with its parameters apart. The text holds identifiers of the product and question marks, never a value.
 *
 * @param parameters in the order of the question marks
 */
record SqlText(String text, List<Parameter> parameters) {
    SqlText {
        parameters = List.copyOf(parameters);
    }

    /** Several that are carried out one after the other. */
    static SqlText joined(List<SqlText> several) {
        return new SqlText(
                several.stream().map(SqlText::text).collect(Collectors.joining(";")),
                several.stream().flatMap(one -> one.parameters().stream()).toList());
    }

    /** A value as {@link com.tracemem.product.FieldValues} has it in Java. */
    record Parameter(FieldType type, @Nullable Object value) {}
}
