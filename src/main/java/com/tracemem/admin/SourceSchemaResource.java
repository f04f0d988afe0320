package com.tracemem.admin;

import com.tracemem.product.Schemas;
import com.tracemem.product.SourceSchema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * What a connector's login sees of its database.
 *
 * @param hash SHA-256 of the tables, in hex
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record SourceSchemaResource(String connectorId, String hash, Instant discoveredAt, List<SourceTable> tables) {

    /**
     * A table or view.
     *
     * @param writable whether products can write to it, all or nothing
     */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record SourceTable(@Nullable String schema, String table, boolean writable, List<SourceColumn> columns) {}

    /**
     * A column.
     *
     * @param type null when products cannot expose it
     * @param generated whether the database alone gives it its value
     * @param required whether an insert has to give it
     */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record SourceColumn(
            String name,
            String nativeType,
            @Nullable String type,
            boolean nullable,
            boolean primaryKey,
            boolean generated,
            boolean required) {}

    static SourceSchemaResource of(String connectorId, Schemas.Discovered discovered) {
        return new SourceSchemaResource(
                connectorId,
                discovered.hash(),
                discovered.discoveredAt(),
                discovered.schema().tables().stream()
                        .map(SourceSchemaResource::table)
                        .toList());
    }

    private static SourceTable table(SourceSchema.Table table) {
        return new SourceTable(
                table.schema(),
                table.name(),
                table.transactional(),
                table.columns().stream().map(SourceSchemaResource::column).toList());
    }

    private static SourceColumn column(SourceSchema.Column column) {
        return new SourceColumn(
                column.name(),
                column.nativeType(),
                column.type() == null ? null : column.type().wireName(),
                column.nullable(),
                column.primaryKey(),
                column.generated(),
                !column.nullable() && !column.defaulted() && !column.generated());
    }
}
