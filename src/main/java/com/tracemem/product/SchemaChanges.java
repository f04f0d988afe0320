package com.tracemem.product;

import com.tracemem.product.SourceSchema.Column;
import com.tracemem.product.SourceSchema.Table;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a source differs from what it was when its product was saved, where that matters to the product. */
final class SchemaChanges {
    private static final int MOST = 50;

    private SchemaChanges() {}

    /**
     * As sentences.
     *
     * @param now null when the source is gone
     */
    static List<String> of(Product product, Table then, @Nullable Table now) {
        String name = product.source() instanceof Source.Table table ? "table '" + table.name() + "'" : "the query";
        if (now == null) {
            return List.of(
                    product.source() instanceof Source.Table
                            ? "The " + name + " is gone, or the login may not see it any more"
                            : "The query does not run any more");
        }
        List<String> changes = new ArrayList<>();
        for (Field field : product.fields()) {
            column(field, name, then, now, changes);
        }
        if (product.operation().writes() && then.transactional() && !now.transactional()) {
            changes.add("The " + name + " cannot be rolled back any more");
        }
        if (product.operation() == Operation.INSERT) {
            now.columns().stream()
                    .filter(column -> !column.nullable() && !column.defaulted() && !column.generated())
                    .filter(column -> then.column(column.name()).isEmpty())
                    .forEach(column -> changes.add(
                            "Column '%s' of %s is new and has to be given, but the product does not expose it"
                                    .formatted(column.name(), name)));
        }
        return changes.size() > MOST ? changes.subList(0, MOST) : changes;
    }

    private static void column(Field field, String source, Table then, Table now, List<String> changes) {
        Column before = then.column(field.column()).orElse(null);
        Column after = now.column(field.column()).orElse(null);
        String what = "Column '%s' of %s".formatted(field.column(), source);
        if (after == null) {
            changes.add(what + " is gone");
            return;
        }
        if (before == null) {
            return;
        }
        if (!before.nativeType().equals(after.nativeType())) {
            changes.add("%s was %s and is %s".formatted(what, before.nativeType(), after.nativeType()));
        }
        if (before.nativeType().equals(after.nativeType())
                && !before.bounds().choices().equals(after.bounds().choices())
                && !before.bounds().choices().isEmpty()) {
            changes.add(what + " has other choices now: save the product again to let them through");
        }
        if (before.nullable() != after.nullable()) {
            changes.add(what + (after.nullable() ? " may be null now" : " may not be null any more"));
        }
        if (before.primaryKey() != after.primaryKey()) {
            changes.add(what + (after.primaryKey() ? " is part of the primary key now" : " left the primary key"));
        }
        if (!before.generated() && after.generated()) {
            changes.add(what + " is now set by the database alone");
        }
    }
}
