package com.tracemem.product.jdbc;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Collectors;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The authorities of the JVM's trust store, written out. MariaDB's driver, left to the trust store itself, lets a server
 * with any certificate prove itself by the password alone; given the authorities, it holds the certificate against them.
 */
final class TrustedAuthorities {
    private static final class Holder {
        private static final String PEM = write();
    }

    private TrustedAuthorities() {}

    /** Each as PEM. */
    static String pem() {
        return Holder.PEM;
    }

    private static String write() {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            @Nullable KeyStore usual = null;
            factory.init(usual);
            return Arrays.stream(factory.getTrustManagers())
                    .filter(X509TrustManager.class::isInstance)
                    .flatMap(manager -> Arrays.stream(((X509TrustManager) manager).getAcceptedIssuers()))
                    .map(TrustedAuthorities::pem)
                    .collect(Collectors.joining());
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("The JVM's trust store cannot be read", broken);
        }
    }

    private static String pem(X509Certificate certificate) {
        try {
            return "-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded())
                    + "\n-----END CERTIFICATE-----\n";
        } catch (CertificateEncodingException broken) {
            throw new IllegalStateException("The JVM's trust store holds a certificate that cannot be written", broken);
        }
    }
}
