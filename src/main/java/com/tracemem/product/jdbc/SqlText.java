package com.tracemem.product.jdbc;

import com.tracemem.product.FieldType;
import java.util.List;
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

    /** A value as {@link com.tracemem.product.FieldValues} has it in Java. */
    record Parameter(FieldType type, @Nullable Object value) {}
}
