package com.tracemem.admin;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/** Describes {@link ProductInput} for the API's description. */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record ProductInputSchema(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) String productId,
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) String name,
        @Nullable String description,
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) String connectorId,

        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                allowableValues = {"read", "insert", "update", "delete"})
        String operation,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) SourceInput source,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "Objects, or bare names of columns")
        List<FieldInput> fields,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) List<String> purposes,

        @Nullable RestrictionsInput restrictions,

        @Schema(description = "Published policies that every write is evaluated by") @Nullable
        List<String> policies,

        @Schema(defaultValue = "false") @Nullable Boolean requiresApproval) {

    /** Either a table or, for reading, a query. */
    @Schema(name = "ProductSource")
    record SourceInput(
            @Nullable String schema,
            @Nullable String table,
            @Nullable String query) {}

    /** A field; what is left out is taken from the column. */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    @Schema(name = "ProductField")
    record FieldInput(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED)
            String name,

            @Nullable String column,

            @Schema(
                    allowableValues = {
                        "string",
                        "integer",
                        "number",
                        "boolean",
                        "date",
                        "time",
                        "timestamp",
                        "datetime",
                        "uuid",
                        "json"
                    })
            @Nullable
            String type,

            @Nullable Boolean nullable,
            @Nullable Boolean primaryKey,

            @Schema(description = "Whether an update or delete may say by it which records are meant") @Nullable
            Boolean key,

            @Schema(description = "Whether its values are never shown, nor asked about") @Nullable
            Boolean masked,

            @Schema(description = "Whether an insert or update may set it") @Nullable
            Boolean writable) {}

    /** Bounds. */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    @Schema(name = "ProductRestrictions")
    record RestrictionsInput(
            @Schema(defaultValue = "100", minimum = "1", maximum = "1000") @Nullable
            Integer rowLimit,

            @Schema(
                    defaultValue = "multiple",
                    allowableValues = {"single", "multiple"})
            @Nullable
            String resultMode,

            @Schema(
                    minimum = "1",
                    maximum = "1000",
                    description = "Most rows one write may touch; left out, one for each of its records")
            @Nullable
            Integer maxAffected,

            @Schema(defaultValue = "false") @Nullable Boolean returnCreated) {}
}
