package com.tracemem.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class MasterKeyTest {
    private static final byte[] BOUND_TO = "here".getBytes(UTF_8);

    static String text(int fill) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) fill);
        return Base64.getEncoder().encodeToString(bytes);
    }

    static MasterKey key(int... fills) {
        return MasterKey.parse(
                String.join(
                        ",", Arrays.stream(fills).mapToObj(MasterKeyTest::text).toList()),
                "a test");
    }

    @Test
    void theFirstEncryptsAndAllDecrypt() throws GeneralSecurityException {
        byte[] underOld = key(1).encrypt("secret".getBytes(UTF_8), BOUND_TO);

        assertThat(key(2, 1).decrypt(underOld, BOUND_TO)).asString().isEqualTo("secret");

        byte[] underNew = key(2, 1).encrypt("secret".getBytes(UTF_8), BOUND_TO);
        assertThat(key(2).decrypt(underNew, BOUND_TO)).asString().isEqualTo("secret");
        assertThat(underNew).startsWith(key(2).primaryPrefix());
        assertThatThrownBy(() -> key(1).decrypt(underNew, BOUND_TO)).isInstanceOf(GeneralSecurityException.class);
    }

    @Test
    void openingNeedsTheSameBytesAndTheSameBinding() {
        byte[] ciphertext = key(1).encrypt("secret".getBytes(UTF_8), BOUND_TO);

        assertThatThrownBy(() -> key(1).decrypt(ciphertext, "there".getBytes(UTF_8)))
                .isInstanceOf(GeneralSecurityException.class);
        for (int i = 0; i < ciphertext.length; i++) {
            byte[] tampered = ciphertext.clone();
            tampered[i] ^= 1;
            assertThatThrownBy(() -> key(1).decrypt(tampered, BOUND_TO)).isInstanceOf(GeneralSecurityException.class);
        }
    }

    @Test
    void derivesByPurpose() {
        assertThat(key(1).derive("access-token", 32))
                .hasSize(32)
                .isEqualTo(key(1, 2).derive("access-token", 32))
                .isNotEqualTo(key(1).derive("session", 32))
                .isNotEqualTo(key(2).derive("access-token", 32));
        assertThat(key(2, 1).deriveAll("access-token", 32))
                .containsExactly(key(2).derive("access-token", 32), key(1).derive("access-token", 32));
    }

    @Test
    void saysWhatIsWrongWithoutShowingIt() {
        String notBase64 = "not*base64*at*all";
        String tooShort = Base64.getEncoder().encodeToString("too short".getBytes(UTF_8));
        for (String text : List.of("", notBase64, tooShort, text(1) + ",", text(1) + "," + tooShort)) {
            assertThatThrownBy(() -> MasterKey.parse(text, "TRACEMEM_MASTER_KEY"))
                    .isInstanceOf(MasterKeyProblem.class)
                    .hasMessageContaining("TRACEMEM_MASTER_KEY")
                    .hasMessageContaining("openssl rand -base64 32")
                    .hasNoCause()
                    .message()
                    .doesNotContain("*")
                    .doesNotContain(tooShort)
                    .doesNotContain(text(1));
        }
        assertThatThrownBy(() -> key(1, 2, 1))
                .isInstanceOf(MasterKeyProblem.class)
                .hasMessageContaining("same");
        assertThat(key(1, 2)).hasToString("MasterKey(2 keys)");
    }
}
