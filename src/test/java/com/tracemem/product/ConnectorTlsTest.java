package com.tracemem.product;

import static com.tracemem.product.ProductNode.draft;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** How the way to real databases is protected, and what is said when it cannot be. */
class ConnectorTlsTest {
    private static final String UNTRUSTED = "The database's certificate is not of this host, or not from an authority";

    @TempDir
    private static Path directory;

    private static TestCertificate certificate;
    private static TestPostgres postgres;
    private static TestMariaDb maria;
    private static final ProductNode node = new ProductNode();

    @BeforeAll
    static void encrypt() throws SQLException {
        certificate = TestCertificate.create(directory);
        maria = TestMariaDb.createWithTls(certificate);
        maria.execute("create table things (id int primary key)");
        postgres = TestPostgres.create();
        postgres.execute("create table things (id int primary key)");
        keepAsPostgres(certificate.chainPem(), "tls_test.crt");
        keepAsPostgres(certificate.keyPem(), "tls_test.key");
        postgres.execute(
                "alter system set ssl_cert_file = 'tls_test.crt'",
                "alter system set ssl_key_file = 'tls_test.key'",
                "alter system set ssl = on",
                "select pg_reload_conf()");
        awaitSsl("on");
    }

    @AfterAll
    static void close() {
        postgres.execute(
                "alter system reset ssl",
                "alter system reset ssl_cert_file",
                "alter system reset ssl_key_file",
                "select pg_reload_conf()");
        awaitSsl("off");
        node.close();
    }

    /** A file in its data directory that only the server itself may read. */
    private static void keepAsPostgres(String pem, String name) throws SQLException {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "copy (select regexp_split_to_table('%s', E'\\n')) to program 'umask 077 && rm -f %s && cat > %2$s'"
                            .formatted(pem.strip(), name));
        }
    }

    private static void awaitSsl(String wanted) {
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            try (Connection connection = postgres.connect();
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("show ssl")) {
                row.next();
                return row.getString(1).equals(wanted);
            }
        });
    }

    private static Connector.Settings settings(Connector.Type type, String host, Connector.Tls tls) {
        Connector.Settings usual = type == Connector.Type.POSTGRESQL ? postgres.settings() : maria.settings();
        return with(usual, host, tls);
    }

    private static Connector.Settings with(Connector.Settings usual, String host, Connector.Tls tls) {
        return new Connector.Settings(
                usual.type(),
                host,
                usual.port(),
                usual.database(),
                usual.username(),
                tls,
                1,
                usual.connectTimeoutMs(),
                usual.readTimeoutMs(),
                usual.statementTimeoutMs());
    }

    private static String password(Connector.Type type) {
        return type == Connector.Type.POSTGRESQL ? TestPostgres.PASSWORD : TestMariaDb.PASSWORD;
    }

    /** What a product says that asks the database how its own connection is protected. */
    private static String cipher(Connector.Type type, Connector.Tls tls) {
        String connector = node.connector(settings(type, "localhost", tls), password(type));
        String id = "cipher_" + type.wireName() + "_" + tls.wireName();
        ProductDraft draft = draft(connector, id, Operation.READ, "x", "cipher");
        Product product = node.save(new ProductDraft(
                id,
                "Cipher",
                null,
                connector,
                Operation.READ,
                new Source.Query(
                        type == Connector.Type.POSTGRESQL
                                ? "select coalesce(cipher, '') as cipher from pg_stat_ssl where pid = pg_backend_pid()"
                                : "select variable_value as cipher from information_schema.session_status"
                                        + " where variable_name = 'Ssl_cipher'"),
                draft.fields(),
                draft.purposes(),
                draft.restrictions(),
                List.of(),
                false));
        return node.read(product, "{}").records().getFirst().path("cipher").asString();
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "MYSQL")
    void requiredEncryptsAndNoneDoesNot(Connector.Type type) {
        assertThat(cipher(type, Connector.Tls.REQUIRED)).contains("AES");
        assertThat(cipher(type, Connector.Tls.NONE)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "MYSQL")
    void verifiedTakesTheCertificateOfItsHostByAnAuthorityThatIsTrusted(Connector.Type type) {
        assertThat(ConnectorProbe.run(
                        settings(type, "localhost", Connector.Tls.VERIFIED), password(type), certificate.trustStore()))
                .hasSize(4)
                .allMatch(step -> step.matches("\\w+ true .*"));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "MYSQL")
    void verifiedRefusesTheCertificateOfAnotherHost(Connector.Type type) {
        List<String> steps = ConnectorProbe.run(
                settings(type, "127.0.0.1", Connector.Tls.VERIFIED), password(type), certificate.trustStore());
        assertThat(steps.getFirst()).startsWith("connect true");
        assertThat(steps.get(1)).startsWith("login false " + UNTRUSTED);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "MYSQL")
    void verifiedRefusesACertificateByAnAuthorityThatIsNot(Connector.Type type) {
        String connector = node.connector(settings(type, "localhost", Connector.Tls.VERIFIED), password(type));
        ConnectorTest test = node.connectors.test(node.tenantId, connector).orElseThrow();
        assertThat(test.steps()).extracting(ConnectorTest.Step::ok).containsExactly(true, false, false, false);
        assertThat(test.firstFailure()).startsWith(UNTRUSTED);
        // the same through the pool
        assertThat(failure(() -> node.schemas.discover(node.tenantId, connector)))
                .startsWith(UNTRUSTED);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
    void aDatabaseWithoutTlsIsRefused(Connector.Tls tls) {
        String wanted = "The database offers no encrypted connection";
        String connector = node.connector(with(Target.MARIADB.settings(), "127.0.0.1", tls), TestMariaDb.PASSWORD);
        assertThat(node.connectors.test(node.tenantId, connector).orElseThrow().firstFailure())
                .startsWith(wanted);
        assertThat(failure(() -> node.schemas.discover(node.tenantId, connector)))
                .startsWith(wanted);

        postgres.execute("alter system set ssl = off", "select pg_reload_conf()");
        awaitSsl("off");
        try {
            String other = node.connector(settings(Connector.Type.POSTGRESQL, "localhost", tls), TestPostgres.PASSWORD);
            assertThat(node.connectors.test(node.tenantId, other).orElseThrow().firstFailure())
                    .startsWith(wanted);
        } finally {
            postgres.execute("alter system set ssl = on", "select pg_reload_conf()");
            awaitSsl("on");
        }
    }

    /** What is said of a use that fails. */
    private static String failure(Runnable use) {
        try {
            use.run();
            return "";
        } catch (SourceUnavailable unavailable) {
            return unavailable.sentence();
        }
    }
}
