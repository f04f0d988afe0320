package com.tracemem.product;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A server's certificate for {@code localhost}, by an authority that nobody else trusts. The JDK's keytool makes both.
 *
 * @param chainPem the certificate, then the authority's
 * @param trustStore a file (PKCS #12) that holds the authority, with {@link #PASSWORD}
 */
record TestCertificate(String chainPem, String keyPem, Path trustStore) {
    static final String PASSWORD = "changeit";

    static TestCertificate create(Path directory) {
        try {
            keytool(
                    directory,
                    "-genkeypair",
                    "-alias",
                    "authority",
                    "-keyalg",
                    "EC",
                    "-dname",
                    "CN=Test authority",
                    "-ext",
                    "bc:c",
                    "-keystore",
                    "authority.p12");
            keytool(
                    directory,
                    "-genkeypair",
                    "-alias",
                    "server",
                    "-keyalg",
                    "RSA",
                    "-keysize",
                    "2048",
                    "-dname",
                    "CN=localhost",
                    "-keystore",
                    "server.p12");
            keytool(directory, "-certreq", "-alias", "server", "-file", "server.csr", "-keystore", "server.p12");
            keytool(
                    directory,
                    "-gencert",
                    "-alias",
                    "authority",
                    "-infile",
                    "server.csr",
                    "-outfile",
                    "server.crt",
                    "-rfc",
                    "-ext",
                    "san=dns:localhost",
                    "-ext",
                    "eku=serverAuth",
                    "-keystore",
                    "authority.p12");
            Certificate authority = load(directory.resolve("authority.p12")).getCertificate("authority");
            byte[] key = load(directory.resolve("server.p12"))
                    .getKey("server", PASSWORD.toCharArray())
                    .getEncoded();
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("authority", authority);
            Path trustStore = directory.resolve("trust.p12");
            try (OutputStream out = Files.newOutputStream(trustStore)) {
                trusted.store(out, PASSWORD.toCharArray());
            }
            return new TestCertificate(
                    Files.readString(directory.resolve("server.crt")).replace("\r", "")
                            + pem("CERTIFICATE", authority.getEncoded()),
                    pem("PRIVATE KEY", key),
                    trustStore);
        } catch (IOException | GeneralSecurityException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static KeyStore load(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    private static String pem(String what, byte[] content) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(content) + "\n-----END " + what
                + "-----\n";
    }

    private static void keytool(Path directory, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-storepass", PASSWORD, "-storetype", "PKCS12"));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), US_ASCII);
        try {
            if (process.waitFor() != 0) {
                throw new IllegalStateException("keytool failed: " + said);
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopping);
        }
    }
}
