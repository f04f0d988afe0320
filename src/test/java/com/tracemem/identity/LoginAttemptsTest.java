package com.tracemem.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LoginAttemptsTest {
    private final TurnableClock clock = new TurnableClock();
    private final LoginAttempts attempts = new LoginAttempts(clock);

    @Test
    void aClientIsLimitedWhateverItTries() {
        for (int i = 0; i < 50; i++) {
            assertThat(attempts.begin(i + "@example.org", "192.0.2.1")).isInstanceOf(LoginAttempts.Answer.Go.class);
        }
        assertThat(attempts.begin("ada@example.org", "192.0.2.1")).isInstanceOf(LoginAttempts.Answer.Wait.class);
        assertThat(attempts.begin("ada@example.org", "192.0.2.2")).isInstanceOf(LoginAttempts.Answer.Go.class);

        clock.turn(Duration.ofSeconds(7));
        assertThat(attempts.begin("ada@example.org", "192.0.2.1")).isInstanceOf(LoginAttempts.Answer.Go.class);
    }

    @Test
    void aLimitedClientTakesNoneOfAnothersTries() {
        for (int i = 0; i < 200; i++) {
            attempts.begin("other@example.org", "192.0.2.1");
        }
        for (int i = 0; i < 40; i++) {
            attempts.begin("ada" + i + "@example.org", "192.0.2.1");
        }
        assertThat(attempts.begin("ada@example.org", "192.0.2.2")).isInstanceOf(LoginAttempts.Answer.Go.class);
    }

    @Test
    void whatIsGivenBackDoesNotCount() {
        for (int i = 0; i < 100; i++) {
            assertThat(attempts.begin("ada@example.org", "192.0.2.1"))
                    .isInstanceOfSatisfying(
                            LoginAttempts.Answer.Go.class, go -> go.attempt().giveBack());
        }
    }

    @Test
    void aHostsIpv6AddressesAreOne() {
        assertThat(LoginAttempts.network("2001:db8::1")).isEqualTo(LoginAttempts.network("2001:db8:0:0:ffff::2"));
        assertThat(LoginAttempts.network("2001:db8::1")).isNotEqualTo(LoginAttempts.network("2001:db8:0:1::1"));
        assertThat(LoginAttempts.network("192.0.2.1")).isNotEqualTo(LoginAttempts.network("192.0.2.2"));
        assertThat(LoginAttempts.network("a name")).isEqualTo("a name");
    }
}
