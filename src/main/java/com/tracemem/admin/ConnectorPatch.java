package com.tracemem.admin;

import static com.tracemem.admin.ConnectorInput.orElse;

import com.tracemem.product.Connector;
import com.tracemem.product.Connector.Settings;
import com.tracemem.product.Connectors;
import com.tracemem.secret.SecretValue;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What to change of a connector; what is left out stays as it is. Its type stays what it is. */
record ConnectorPatch(
        @Nullable String name,
        @Nullable String host,
        @Nullable Integer port,
        @Nullable String database,
        @Nullable String username,

        @Schema(implementation = String.class) @Nullable SecretValue password,

        @Schema(
                implementation = String.class,
                allowableValues = {"verified", "required", "none"})
        Connector.@Nullable Tls tls,

        @Nullable Integer poolSize,
        @Nullable Integer connectTimeoutMs,
        @Nullable Integer readTimeoutMs,
        @Nullable Integer statementTimeoutMs) {

    static ConnectorPatch read(Fields fields) {
        Stream.of(
                        "name",
                        "host",
                        "port",
                        "database",
                        "username",
                        "password",
                        "tls",
                        "pool_size",
                        "connect_timeout_ms",
                        "read_timeout_ms",
                        "statement_timeout_ms")
                .forEach(fields::refuseNull);
        String password = fields.secret("password", ConnectorInput.LONGEST_PASSWORD);
        fields.errors().addIf("".equals(password), "password", "is empty; give the login's password");
        return new ConnectorPatch(
                fields.text("name", AgentPatch.LONGEST_NAME),
                fields.text("host", 255),
                ConnectorInput.port(fields),
                fields.text("database", 128),
                fields.text("username", 128),
                password == null || password.isEmpty() ? null : SecretValue.of(password),
                ConnectorInput.tls(fields),
                ConnectorInput.poolSize(fields),
                ConnectorInput.timeout(fields, "connect_timeout_ms"),
                ConnectorInput.timeout(fields, "read_timeout_ms"),
                ConnectorInput.timeout(fields, "statement_timeout_ms"));
    }

    Connectors.Draft on(Connectors.Draft before) {
        Settings settings = before.settings();
        return new Connectors.Draft(
                Objects.requireNonNullElse(name, before.name()),
                new Settings(
                        settings.type(),
                        Objects.requireNonNullElse(host, settings.host()),
                        orElse(port, settings.port()),
                        Objects.requireNonNullElse(database, settings.database()),
                        Objects.requireNonNullElse(username, settings.username()),
                        Objects.requireNonNullElse(tls, settings.tls()),
                        orElse(poolSize, settings.poolSize()),
                        orElse(connectTimeoutMs, settings.connectTimeoutMs()),
                        orElse(readTimeoutMs, settings.readTimeoutMs()),
                        orElse(statementTimeoutMs, settings.statementTimeoutMs())));
    }
}
