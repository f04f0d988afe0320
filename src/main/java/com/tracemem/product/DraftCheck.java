package com.tracemem.product;

import com.tracemem.identity.FieldErrors;
import com.tracemem.product.ProductDraft.FieldDraft;
import com.tracemem.product.SourceSchema.Column;
import com.tracemem.product.SourceSchema.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Holds a draft against its source's schema, from which it takes what the draft leaves out. */
final class DraftCheck {
    private static final int SHOWN_COLUMNS = 20;

    private final ProductDraft draft;
    private final FieldErrors errors = new FieldErrors();

    private DraftCheck(ProductDraft draft) {
        this.draft = draft;
    }

    /** What can be seen to be wrong without knowing the source. */
    static void alone(ProductDraft draft) {
        FieldErrors errors = new FieldErrors();
        ProductRules.id(draft.productId(), errors);
        ProductRules.texts(draft.name(), draft.description(), errors);
        ProductRules rules = new ProductRules(draft.operation(), List.of(), errors);
        rules.source(draft.source());
        rules.purposes(draft.purposes());
        rules.gates(draft.policies(), draft.requiresApproval());
        errors.throwIfAny();
    }

    /**
     * The product that the draft describes.
     *
     * @param table what the source is
     * @throws com.tracemem.identity.InvalidInput with everything that does not fit
     */
    static Product product(String tenantId, ProductDraft draft, Table table) {
        return new DraftCheck(draft).product(tenantId, table);
    }

    private Product product(String tenantId, Table table) {
        errors.addIf(
                draft.operation().writes() && !table.transactional(),
                "source.table",
                "is nothing that can be written all or nothing, such as a view of MariaDB, a foreign table, or a table of an"
                        + " engine without transactions; name another table");
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < draft.fields().size(); i++) {
            Field field = field("fields[" + i + "]", draft.fields().get(i), table);
            if (field != null) {
                fields.add(field);
            }
        }
        errors.throwIfAny();
        Product product = withHash(tenantId, 1, "", fields, table);
        return withHash(tenantId, 1, JsonText.sha256(JsonText.canonical(ProductDefinition.of(product))), fields, table);
    }

    private Product withHash(String tenantId, int version, String hash, List<Field> fields, Table table) {
        // the schema that was meant is written down, so that a changed search path does not change the product
        Source source = draft.source() instanceof Source.Table
                ? new Source.Table(table.schema(), table.name())
                : draft.source();
        return new Product(
                tenantId,
                draft.productId(),
                version,
                hash,
                draft.name(),
                draft.description(),
                draft.connectorId(),
                draft.operation(),
                source,
                fields,
                draft.purposes(),
                draft.restrictions(),
                draft.policies(),
                draft.requiresApproval());
    }

    private @Nullable Field field(String at, FieldDraft field, Table table) {
        Column column = table.column(field.columnName()).orElse(null);
        if (column == null) {
            errors.add(
                    at + (field.column() == null ? ".name" : ".column"),
                    "is %s, which the source does not have; it has %s"
                            .formatted(FieldErrors.quote(field.columnName()), columns(table)));
            return null;
        }
        FieldType type = type(at, field, column);
        boolean nullable = field.nullable() == null ? column.nullable() : field.nullable() && column.nullable();
        boolean primary = primary(at, field, column);
        boolean addressed = draft.operation() == Operation.UPDATE || draft.operation() == Operation.DELETE;
        boolean key = addressed && (field.key() == null ? primary : field.key());
        errors.addIf(
                Boolean.TRUE.equals(field.key()) && !addressed,
                at + ".key",
                "is true, but only an update or delete has keys; leave it out");
        boolean sets = draft.operation() == Operation.INSERT || draft.operation() == Operation.UPDATE;
        boolean writable = sets && (field.writable() == null ? !key && !column.generated() : field.writable());
        errors.addIf(
                Boolean.TRUE.equals(field.writable()) && (!sets || column.generated()),
                at + ".writable",
                column.generated()
                        ? "is true, but the database alone sets this column; leave it out"
                        : "is true, but only an insert or update sets fields; leave it out");
        return new Field(
                field.name(),
                column.name(),
                Objects.requireNonNullElse(type, FieldType.STRING),
                nullable,
                primary,
                key,
                Boolean.TRUE.equals(field.masked()),
                writable,
                writable ? column.bounds() : column.bounds().ofWhatIsCompared());
    }

    private @Nullable FieldType type(String at, FieldDraft field, Column column) {
        FieldType found = column.type();
        FieldType wanted = field.type();
        if (found == null) {
            errors.add(
                    at + ".name",
                    "is a column of type %s, which products cannot expose; leave it out"
                            .formatted(FieldErrors.quote(column.nativeType())));
        } else if (wanted != null && wanted != found && !(found == FieldType.STRING && wanted == FieldType.JSON)) {
            errors.add(
                    at + ".type",
                    "is %s, but the column is %s; leave it out"
                            .formatted(FieldErrors.quote(wanted.wireName()), found.wireName()));
        } else if (wanted != null) {
            return wanted;
        }
        return found;
    }

    private boolean primary(String at, FieldDraft field, Column column) {
        if (draft.source() instanceof Source.Query) {
            return Boolean.TRUE.equals(field.primaryKey());
        }
        errors.addIf(
                field.primaryKey() != null && field.primaryKey() != column.primaryKey(),
                at + ".primary_key",
                "is not what the table says; leave it out");
        return column.primaryKey();
    }

    private static String columns(Table table) {
        String first = String.join(
                ", ",
                table.columns().stream().map(Column::name).limit(SHOWN_COLUMNS).toList());
        return table.columns().size() > SHOWN_COLUMNS ? first + ", …" : first;
    }
}
