package com.tracemem.store;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the data lives.
 *
 * @param dataDirectory TRACEMEM_DATA_DIR; the embedded server keeps its data below it
 * @param external TRACEMEM_DATABASE_URL; null for the embedded server
 * @param poolSize TRACEMEM_DATABASE_POOL_SIZE, connections of this node, 2 to 90
 */
public record DatabaseSettings(Path dataDirectory, @Nullable ExternalDatabase external, int poolSize) {
    public static final int DEFAULT_POOL_SIZE = 16;
    private static final int SMALLEST_POOL = 2;
    // The embedded server has 100 connections, and some belong to its own housekeeping and to ours.
    private static final int LARGEST_POOL = 90;

    public DatabaseSettings {
        if (poolSize < SMALLEST_POOL || poolSize > LARGEST_POOL) {
            throw new IllegalArgumentException("TRACEMEM_DATABASE_POOL_SIZE is " + poolSize + "; use a number from "
                    + SMALLEST_POOL + " to " + LARGEST_POOL + ".");
        }
    }

    /**
     * Reads the address as the operator wrote it.
     *
     * @param databaseUrl null or blank means the embedded server
     */
    public static DatabaseSettings of(Path dataDirectory, @Nullable String databaseUrl, int poolSize) {
        ExternalDatabase external =
                databaseUrl == null || databaseUrl.isBlank() ? null : ExternalDatabase.parse(databaseUrl);
        return new DatabaseSettings(dataDirectory, external, poolSize);
    }
}
