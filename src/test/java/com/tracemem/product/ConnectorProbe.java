package com.tracemem.product;

import com.tracemem.product.jdbc.JdbcStore;
import com.tracemem.secret.SecretValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Tries a connector out in a JVM of its own, with a trust store of its own: a JVM reads its trust store once. */
final class ConnectorProbe {
    private ConnectorProbe() {}

    /** What the test of the connector says, a line for each step: {@code login false The database …}. */
    static List<String> run(Connector.Settings settings, String password, Path trustStore) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djavax.net.ssl.trustStore=" + trustStore,
                "-Djavax.net.ssl.trustStorePassword=" + TestCertificate.PASSWORD,
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                ConnectorProbe.class.getName()));
        command.addAll(List.of(
                settings.type().name(),
                settings.host(),
                Integer.toString(settings.port()),
                settings.database(),
                settings.username(),
                settings.tls().name(),
                password));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            List<String> said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException("The probe failed: " + said);
            }
            return said;
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopping);
        }
    }

    public static void main(String[] arguments) {
        Connector.Settings settings = new Connector.Settings(
                Connector.Type.valueOf(arguments[0]),
                arguments[1],
                Integer.parseInt(arguments[2]),
                arguments[3],
                arguments[4],
                Connector.Tls.valueOf(arguments[5]),
                1,
                10_000,
                10_000,
                10_000);
        Connector connector = new Connector(
                "tnt_probe",
                "conn_probe",
                "probe",
                settings,
                1,
                Connector.Status.CONFIGURED,
                null,
                null,
                null,
                null,
                Instant.EPOCH,
                Instant.EPOCH);
        try (JdbcStore store = new JdbcStore()) {
            store.test(new ConnectorAccess(connector, SecretValue.of(arguments[6])))
                    .steps()
                    .forEach(step -> System.out.println(step.name() + " " + step.ok() + " " + step.detail()));
        }
    }
}
