package com.tracemem.delivery.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.tracemem.Promise;
import com.tracemem.secret.GeneratedSecrets;
import com.tracemem.secret.SecretAccess;
import com.tracemem.secret.SecretValue;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class WebhookSignatureTest {
    private static final SecretValue SECRET = SecretValue.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private static final Instant TIME = Instant.ofEpochSecond(1614265330);
    private static final String BODY = "{\"test\": 2432232314}";
    private static final String SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    private static boolean verifies(String timestamp, String signatures, String body, Instant now) {
        return WebhookSignature.verifies(List.of(SECRET), ID, timestamp, signatures, body, now);
    }

    @Test
    @Promise("W1")
    void signsAndVerifiesTheVectorOfTheSpecification() {
        assertThat(WebhookSignature.header(List.of(SECRET), ID, TIME, BODY)).isEqualTo(SIGNATURE);
        assertThat(verifies("1614265330", SIGNATURE, BODY, TIME)).isTrue();
    }

    @Test
    @Promise("W6")
    void aRotationSignsWithBothAndAcceptsBoth() {
        SecretValue older = GeneratedSecrets.webhook();
        String both = WebhookSignature.header(List.of(older, SECRET), ID, TIME, BODY);
        assertThat(both.split(" ")).hasSize(2).contains(SIGNATURE);
        assertThat(WebhookSignature.verifies(List.of(SECRET, older), ID, "1614265330", SIGNATURE, BODY, TIME))
                .isTrue();
        assertThat(verifies("1614265330", both, BODY, TIME)).isTrue();
    }

    @Test
    void refusesEverythingElse() {
        assertThat(verifies("1614265330", SIGNATURE, BODY + " ", TIME)).isFalse();
        assertThat(verifies("1614265331", SIGNATURE, BODY, TIME)).isFalse();
        assertThat(verifies("", SIGNATURE, BODY, TIME)).isFalse();
        assertThat(verifies("1e9", SIGNATURE, BODY, TIME)).isFalse();
        assertThat(verifies("1614265330", "", BODY, TIME)).isFalse();
        assertThat(verifies("1614265330", SIGNATURE.replace("v1,", "v2,"), BODY, TIME))
                .isFalse();
        assertThat(verifies("1614265330", "v1,", BODY, TIME)).isFalse();
        assertThat(WebhookSignature.verifies(List.of(), ID, "1614265330", SIGNATURE, BODY, TIME))
                .isFalse();
        assertThat(WebhookSignature.verifies(
                        List.of(GeneratedSecrets.webhook()), ID, "1614265330", SIGNATURE, BODY, TIME))
                .isFalse();
    }

    @Test
    @Promise("W7")
    void clocksMayDifferByFiveMinutesInBothDirections() {
        for (Duration drift : List.of(Duration.ofMinutes(5), Duration.ofMinutes(-5))) {
            assertThat(verifies("1614265330", SIGNATURE, BODY, TIME.plus(drift)))
                    .isTrue();
        }
        for (Duration drift : List.of(Duration.ofSeconds(301), Duration.ofSeconds(-301))) {
            assertThat(verifies("1614265330", SIGNATURE, BODY, TIME.plus(drift)))
                    .isFalse();
        }
    }

    @Test
    void knowsASecretWhenItSeesOne() {
        assertThat(WebhookSignature.isSecret(GeneratedSecrets.webhook().reveal(SecretAccess.granted())))
                .isTrue();
        assertThat(WebhookSignature.isSecret("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
                .isFalse();
        assertThat(WebhookSignature.isSecret("whsec_c2hvcnQ=")).isFalse();
        assertThat(WebhookSignature.isSecret("whsec_***")).isFalse();
    }
}
