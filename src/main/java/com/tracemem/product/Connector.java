package com.tracemem.product;

import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A named connection to a database, without its password.
 *
 * @param revision grows with every change of what connections are made of
 * @param lastError why the newest use failed, as a sentence; null when it did not
 * @param schemaHash of what was last discovered; null before the first time
 */
public record Connector(
        String tenantId,
        String connectorId,
        String name,
        Settings settings,
        int revision,
        Status status,
        @Nullable String lastError,
        @Nullable Instant lastOkAt,
        @Nullable String schemaHash,
        @Nullable Instant schemaAt,
        Instant createdAt,
        Instant updatedAt) {

    /** What is at the other end. */
    public enum Type {
        POSTGRESQL(5432),
        MARIADB(3306),
        MYSQL(3306);

        private final int usualPort;

        Type(int usualPort) {
            this.usualPort = usualPort;
        }

        public int usualPort() {
            return usualPort;
        }

        /** As it is sent and stored: {@code postgresql}. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Optional<Type> of(String wireName) {
            return Arrays.stream(values())
                    .filter(type -> type.wireName().equals(wireName))
                    .findFirst();
        }
    }

    /** How the way there is protected. */
    public enum Tls {
        /** Not at all: for a database on the same machine or behind a tunnel. */
        NONE,
        /** Encrypted, to whoever answers. */
        REQUIRED,
        /** Encrypted, to the named host, with a certificate that the JVM's trust store vouches for. */
        VERIFIED;

        /** As it is sent and stored: {@code verified}. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Optional<Tls> of(String wireName) {
            return Arrays.stream(values())
                    .filter(tls -> tls.wireName().equals(wireName))
                    .findFirst();
        }
    }

    /** How it fared when it was last used. */
    public enum Status {
        /** Not used yet. */
        CONFIGURED,
        HEALTHY,
        ERROR;

        /** As it is sent and stored: {@code healthy}. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What connections are made of. There is no way to hand a driver further properties: some of them read files or load
     * classes.
     *
     * @param host a name or an address
     * @param poolSize most connections of each node
     * @param connectTimeoutMs milliseconds until a connection has to be there
     * @param readTimeoutMs milliseconds that an answer may stay away
     * @param statementTimeoutMs milliseconds after which the database gives a statement up
     */
    public record Settings(
            Type type,
            String host,
            int port,
            String database,
            String username,
            Tls tls,
            int poolSize,
            int connectTimeoutMs,
            int readTimeoutMs,
            int statementTimeoutMs) {
        public static final int DEFAULT_POOL_SIZE = 4;
        public static final int LARGEST_POOL_SIZE = 50;
        public static final int DEFAULT_CONNECT_TIMEOUT_MS = 5000;
        public static final int DEFAULT_READ_TIMEOUT_MS = 15_000;
        public static final int DEFAULT_STATEMENT_TIMEOUT_MS = 10_000;
        public static final int SHORTEST_TIMEOUT_MS = 100;
        public static final int LONGEST_TIMEOUT_MS = 60_000;
    }
}
