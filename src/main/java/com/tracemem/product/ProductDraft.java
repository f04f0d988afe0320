package com.tracemem.product;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A product as an administrator describes it; what a field leaves out is taken from the source's schema. */
public record ProductDraft(
        String productId,
        String name,
        @Nullable String description,
        String connectorId,
        Operation operation,
        Source source,
        List<FieldDraft> fields,
        List<String> purposes,
        Restrictions restrictions,
        List<String> policies,
        boolean requiresApproval) {

    public ProductDraft {
        fields = List.copyOf(fields);
        purposes = List.copyOf(purposes);
        policies = List.copyOf(policies);
    }

    /** A field; null is what was left out. */
    public record FieldDraft(
            String name,
            @Nullable String column,
            @Nullable FieldType type,
            @Nullable Boolean nullable,
            @Nullable Boolean primaryKey,
            @Nullable Boolean key,
            @Nullable Boolean masked,
            @Nullable Boolean writable) {

        /** The column of this name, as it is. */
        public static FieldDraft of(String name) {
            return new FieldDraft(name, null, null, null, null, null, null, null);
        }

        String columnName() {
            return column == null ? name : column;
        }
    }
}
