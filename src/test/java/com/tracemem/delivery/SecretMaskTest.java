package com.tracemem.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.Promise;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretMaskTest {

    // put together here, so that no scanner takes them for real ones
    private static final String[] SECRETS = {
        "AKIA" + "IOSFODNN7EXAMPLE",
        "ghp_" + "a1B2".repeat(9),
        "github_pat_" + "11ABCDEFG0".repeat(3),
        "xoxb" + "-123456789012-abcdefABCDEF",
        "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0In0" + ".dBjftJeZ4CVPmB92K27u",
        "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEow\nIBAAK\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN " + "PRIVATE KEY-----\nMIIEow",
        "tm_" + "0123456789abcdefghijklmnop",
        "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    };

    @Test
    @Promise("C3")
    void takesOutTokensAndKeysWhereverTheyStand() {
        for (String secret : SECRETS) {
            SecretMask.Masked masked = SecretMask.mask("Use " + secret);
            assertThat(masked).as(secret).isEqualTo(new SecretMask.Masked("Use [masked]", 1));
        }
        SecretMask.Masked all = SecretMask.mask(SECRETS[0] + ", " + SECRETS[1] + " and " + SECRETS[8] + ".");
        assertThat(all).isEqualTo(new SecretMask.Masked("[masked], [masked] and [masked].", 3));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "login with password=hunter2, please | login with password=[masked], please",
                "PASSWORD: hunter2 | PASSWORD: [masked]",
                "{\"api_key\":\"abc def\",\"n\":1} | {\"api_key\":[masked],\"n\":1}",
                "?access_token=abc&page=2 | ?access_token=[masked]&page=2",
                "postgres://app:s3cret@db/orders | postgres://app:[masked]@db/orders"
            })
    void takesOutPasswordsAndKeepsWhatTheyBelongTo(String text, String shown) {
        assertThat(SecretMask.mask(text)).isEqualTo(new SecretMask.Masked(shown, 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "25 % on a $10k order",
                "The customer forgot the password and asks for a new token",
                "TMEM_01ARZ3NDEKTSV4RRFFQ69G5FAV appr_01ARZ3NDEKTSV4RRFFQ69G5FAV",
                "https://example.com:8443/a@b",
                "a secret: the plan",
                "eyJ is no token"
            })
    void leavesOrdinaryTextAsItIs(String text) {
        assertThat(SecretMask.mask(text)).isEqualTo(new SecretMask.Masked(text, 0));
    }
}
