package com.tracemem.admin;

import com.tracemem.product.Connector;
import com.tracemem.product.Connector.Settings;
import com.tracemem.product.Connectors;
import com.tracemem.secret.SecretValue;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A new connector. A driver's further settings cannot be given: some of them read files or load classes.
 *
 * @param port the type's usual one when left out
 * @param tls {@code verified} asks for a certificate of this host that the server's trust store vouches for
 * @param poolSize most connections of each node
 * @param connectTimeoutMs until a connection has to be there, in milliseconds
 * @param readTimeoutMs how long an answer may stay away, in milliseconds
 * @param statementTimeoutMs after which the database gives a statement up, in milliseconds
 */
record ConnectorInput(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) String name,

        @Schema(
                implementation = String.class,
                requiredMode = Schema.RequiredMode.REQUIRED,
                allowableValues = {"postgresql", "mariadb", "mysql"})
        Connector.Type type,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) String host,

        int port,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) String database,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) String username,

        @Schema(
                implementation = String.class,
                requiredMode = Schema.RequiredMode.REQUIRED,
                description = "Kept encrypted; never shown")
        SecretValue password,

        @Schema(
                implementation = String.class,
                defaultValue = "verified",
                allowableValues = {"verified", "required", "none"})
        Connector.Tls tls,

        @Schema(defaultValue = "4", minimum = "1", maximum = "50")
        int poolSize,

        @Schema(defaultValue = "5000", minimum = "100", maximum = "60000")
        int connectTimeoutMs,

        @Schema(defaultValue = "15000", minimum = "100", maximum = "60000")
        int readTimeoutMs,

        @Schema(defaultValue = "10000", minimum = "100", maximum = "60000")
        int statementTimeoutMs) {
    static final int LONGEST_PASSWORD = 1000;

    static ConnectorInput read(Fields fields) {
        Connector.Type type = fields.choice("type", Connector.Type::of, "postgresql, mariadb or mysql");
        fields.errors()
                .addIf(type == null && !fields.present("type"), "type", "is missing; use postgresql, mariadb or mysql");
        Connector.Type known = Objects.requireNonNullElse(type, Connector.Type.POSTGRESQL);
        return new ConnectorInput(
                fields.requiredText("name", AgentPatch.LONGEST_NAME),
                known,
                fields.requiredText("host", 255),
                orElse(port(fields), known.usualPort()),
                fields.requiredText("database", 128),
                fields.requiredText("username", 128),
                password(fields),
                Objects.requireNonNullElse(tls(fields), Connector.Tls.VERIFIED),
                orElse(poolSize(fields), Settings.DEFAULT_POOL_SIZE),
                orElse(timeout(fields, "connect_timeout_ms"), Settings.DEFAULT_CONNECT_TIMEOUT_MS),
                orElse(timeout(fields, "read_timeout_ms"), Settings.DEFAULT_READ_TIMEOUT_MS),
                orElse(timeout(fields, "statement_timeout_ms"), Settings.DEFAULT_STATEMENT_TIMEOUT_MS));
    }

    private static SecretValue password(Fields fields) {
        String password = fields.secret("password", LONGEST_PASSWORD);
        if (password == null || password.isEmpty()) {
            fields.errors()
                    .addIf(
                            !fields.present("password") || password != null,
                            "password",
                            "is missing or empty; give the login's password");
            return SecretValue.of("none");
        }
        return SecretValue.of(password);
    }

    static @Nullable Integer port(Fields fields) {
        return fields.integer("port", 1, 65_535);
    }

    static Connector.@Nullable Tls tls(Fields fields) {
        return fields.choice("tls", Connector.Tls::of, "verified, required or none");
    }

    static @Nullable Integer poolSize(Fields fields) {
        return fields.integer("pool_size", 1, Settings.LARGEST_POOL_SIZE);
    }

    static @Nullable Integer timeout(Fields fields, String name) {
        return fields.integer(name, Settings.SHORTEST_TIMEOUT_MS, Settings.LONGEST_TIMEOUT_MS);
    }

    static int orElse(@Nullable Integer given, int otherwise) {
        return given == null ? otherwise : given;
    }

    Connectors.Draft draft() {
        return new Connectors.Draft(
                name,
                new Settings(
                        type,
                        host,
                        port,
                        database,
                        username,
                        tls,
                        poolSize,
                        connectTimeoutMs,
                        readTimeoutMs,
                        statementTimeoutMs));
    }
}
